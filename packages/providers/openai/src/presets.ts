// Servers that speak the wire, as data: where they are, how they are told apart, and their quirks.
import type { EmbeddingModel } from '@modeshift/core';
import type { ChatQuirks } from './chat-dialect.ts';

/** A server that speaks chat completions. */
export interface Preset extends ChatQuirks {
  /** The provider's name on models and errors, and the name under which calls may give it `providerOptions`. */
  readonly provider: string;
  /** Left out: it depends on the account or the region and must be given. */
  readonly baseURL?: string;
  /** Environment variable of the key. Left out: the server needs none. */
  readonly keyVariable?: string;
  /**
   * Hosts to which the key of the environment may go, over https only; `*.` at the start stands for any subdomain. Another
   * `baseURL` gets no key unless `apiKey` is passed.
   */
  readonly hosts?: readonly string[];
  /** `/completions` echoes a prompt with its log-probabilities: given continuations can be scored. */
  readonly scoring?: boolean;
  /** Models can be tuned through `/fine_tuning/jobs`. */
  readonly tuning?: boolean;
  /** Many calls can be given in one order through `/batches`. */
  readonly batches?: boolean;
  /** The server has `/embeddings`. Left out: true. */
  readonly embeddings?: boolean;
  /** What one request for vectors may hold, where the server is known to take less than OpenAI. */
  readonly embeddingLimits?: NonNullable<EmbeddingModel['limits']>;
  /** Where its quirks were read. */
  readonly source?: string;
}

/**
 * What speaks the same wire. A preset is data: spread it to change a field.
 *
 * @example
 * ```ts
 * import { compatible, presets } from '@modeshift/openai';
 *
 * const ollama = compatible(presets.ollama);
 * const remote = compatible({ ...presets.vllm, baseURL: 'http://10.0.0.7:8000/v1' });
 * console.log(ollama.language('qwen3:4b').provider, remote.language('qwen3-4b').provider); // ollama vllm
 * ```
 */
export const presets = {
  /** Takes no `top_k` on this wire, and lets the model choose tools by itself only. */
  ollama: {
    provider: 'ollama',
    baseURL: 'http://127.0.0.1:11434/v1',
    replayReasoning: 'reasoning',
    lacks: ['topK', 'required tool choice'],
    source: 'https://docs.ollama.com/api/openai-compatibility',
  },
  vllm: {
    provider: 'vllm',
    baseURL: 'http://127.0.0.1:8000/v1',
    reasoning: 'chat_template_kwargs',
    replayReasoning: 'reasoning',
    scoring: true,
    source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
  },
  /** A named tool is silently read as `auto`: the tool alone is sent instead. */
  llamaCpp: {
    provider: 'llama.cpp',
    baseURL: 'http://127.0.0.1:8080/v1',
    reasoning: 'chat_template_kwargs',
    replayReasoning: 'reasoning_content',
    lacksNamedTool: true,
    source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
  },
  /** Answers `logprobs: null` whatever is asked. */
  lmStudio: {
    provider: 'lmstudio',
    baseURL: 'http://127.0.0.1:1234/v1',
    lacks: ['logprobs'],
    lacksNamedTool: true,
    source: 'https://lmstudio.ai/docs/developer/openai-compat',
  },
  /** Guarantees JSON, but not a schema. Refuses tool calls of earlier turns without their reasoning. */
  deepseek: {
    provider: 'deepseek',
    baseURL: 'https://api.deepseek.com',
    keyVariable: 'DEEPSEEK_API_KEY',
    hosts: ['api.deepseek.com'],
    reasoning: 'thinking with effort',
    replayReasoning: 'reasoning_content',
    needsReasoningWithTools: true,
    lacks: ['topK', 'seed', 'json'],
    embeddings: false,
    source: 'https://api-docs.deepseek.com/guides/thinking_mode',
  },
  /** A schema is kept by some of its models only. */
  dashscope: {
    provider: 'dashscope',
    baseURL: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    keyVariable: 'DASHSCOPE_API_KEY',
    hosts: ['dashscope.aliyuncs.com', 'dashscope-intl.aliyuncs.com', 'dashscope-us.aliyuncs.com'],
    reasoning: 'enable_thinking',
    lacks: ['frequencyPenalty'],
    batches: true,
    embeddingLimits: { maxItems: 10 },
    source: 'https://help.aliyun.com/zh/model-studio/qwen-api-via-openai-chat-completions',
  },
  /** Its reasoning is needed back inside a loop of tool calls. */
  moonshot: {
    provider: 'moonshot',
    baseURL: 'https://api.moonshot.cn/v1',
    keyVariable: 'MOONSHOT_API_KEY',
    hosts: ['api.moonshot.cn', 'api.moonshot.ai'],
    maxTokensField: 'max_completion_tokens',
    reasoning: 'thinking',
    replayReasoning: 'reasoning_content',
    needsReasoningWithTools: true,
    lacks: ['topK', 'seed', 'logprobs', 'required tool choice'],
    embeddings: false,
    source: 'https://platform.moonshot.cn/docs/api/chat',
  },
  /** Chooses tools by itself only, and guarantees JSON, but not a schema. */
  zhipu: {
    provider: 'zhipu',
    baseURL: 'https://open.bigmodel.cn/api/paas/v4',
    keyVariable: 'ZHIPUAI_API_KEY',
    hosts: ['open.bigmodel.cn', 'api.z.ai'],
    reasoning: 'thinking',
    replayReasoning: 'reasoning_content',
    lacks: ['topK', 'seed', 'frequencyPenalty', 'presencePenalty', 'logprobs', 'json', 'required tool choice'],
    embeddingLimits: { maxItems: 64 },
    source: 'https://docs.bigmodel.cn/api-reference',
  },
  siliconflow: {
    provider: 'siliconflow',
    baseURL: 'https://api.siliconflow.cn/v1',
    keyVariable: 'SILICONFLOW_API_KEY',
    hosts: ['api.siliconflow.cn', 'api.siliconflow.com'],
    reasoning: 'enable_thinking',
    embeddingLimits: { maxItems: 32 },
    source: 'https://docs.siliconflow.cn/docs/api/chat-completions-post',
  },
  together: {
    provider: 'together',
    baseURL: 'https://api.together.xyz/v1',
    keyVariable: 'TOGETHER_API_KEY',
    hosts: ['api.together.xyz', 'api.together.ai'],
    source: 'https://docs.together.ai/docs/openai-api-compatibility',
  },
  groq: {
    provider: 'groq',
    baseURL: 'https://api.groq.com/openai/v1',
    keyVariable: 'GROQ_API_KEY',
    hosts: ['api.groq.com'],
    maxTokensField: 'max_completion_tokens',
    lacks: ['topK', 'logprobs'],
    embeddings: false,
    batches: true,
    source: 'https://console.groq.com/docs/openai',
  },
  /** Reports usage unasked and refuses `stream_options`. Other servers' ids of tool calls are shortened to nine characters. */
  mistral: {
    provider: 'mistral',
    baseURL: 'https://api.mistral.ai/v1',
    keyVariable: 'MISTRAL_API_KEY',
    hosts: ['api.mistral.ai'],
    includeUsage: false,
    seedField: 'random_seed',
    requiredToolWord: 'any',
    shortToolCallIds: true,
    hasPromptCacheKey: true,
    lacks: ['topK', 'logprobs'],
    source: 'https://docs.mistral.ai/api/endpoint/chat',
  },
  /** Reasoning comes back as the details that it came in: signatures of Anthropic, encrypted thoughts of OpenAI. */
  openRouter: {
    provider: 'openrouter',
    baseURL: 'https://openrouter.ai/api/v1',
    keyVariable: 'OPENROUTER_API_KEY',
    hosts: ['openrouter.ai'],
    reasoning: 'reasoning',
    replayReasoning: 'reasoning_details',
    source: 'https://openrouter.ai/docs/api/reference/overview',
  },
  /** `https://RESOURCE.openai.azure.com/openai/v1`; model names are those of your deployments. */
  azure: {
    provider: 'azure',
    keyVariable: 'AZURE_OPENAI_API_KEY',
    hosts: ['*.openai.azure.com', '*.services.ai.azure.com'],
    maxTokensField: 'max_completion_tokens',
    hasPromptCacheKey: true,
    lacks: ['topK'],
    tuning: true,
    embeddingLimits: { maxItems: 2048 },
    source: 'https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle',
  },
  /**
   * `https://bedrock-mantle.REGION.api.aws/v1`, or `https://bedrock-runtime.REGION.amazonaws.com/openai/v1`. Its fine-tuning
   * jobs are reinforcement only, which `tune` has no words for.
   */
  bedrock: {
    provider: 'bedrock',
    keyVariable: 'AWS_BEARER_TOKEN_BEDROCK',
    hosts: ['*.api.aws', '*.amazonaws.com'],
    maxTokensField: 'max_completion_tokens',
    lacks: ['topK'],
    embeddings: false,
    source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/inference-chat-completions.html',
  },
} as const satisfies Readonly<Record<string, Preset>>;
