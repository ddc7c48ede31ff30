export { type FromAiSdkEmbeddingOptions, type FromAiSdkOptions, fromAiSdk } from './from-ai-sdk.ts';
export { type AiSdkTool, fromAiSdkTools } from './from-ai-sdk-tools.ts';
export { type AiSdkModelOf, toAiSdk } from './to-ai-sdk.ts';
