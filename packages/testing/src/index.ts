export { type Cassette, type CassetteOptions, cassette } from './cassette/cassette.ts';
export type { TapedRequest } from './cassette/tape.ts';
export type { ConformanceCase, ConformanceTier } from './conformance/case.ts';
export type {
  Capability,
  CountSample,
  EmbedSample,
  ExpectedAnswer,
  ExpectedRequest,
  LanguageCapability,
  LanguageSample,
  ModelCapability,
  ModelPlace,
  ProviderUnderTest,
  RerankSample,
  ScoreSample,
  WireResponse,
} from './conformance/provider-under-test.ts';
export { testProvider } from './conformance/test-provider.ts';
export { type FaultAnswer, type FaultRequest, type FaultServer, faultServer } from './fault-server.ts';
export { faults, type RetryAfterForm } from './faults.ts';
export { type FaultTime, modelFaults } from './model-faults.ts';
export {
  type ScriptedCall,
  type ScriptedModel,
  type ScriptedModelOptions,
  type ScriptedReply,
  scriptedModel,
} from './scripted-model.ts';
export {
  type ScriptedScore,
  type ScriptedScoringModel,
  type ScriptedScoringModelOptions,
  scriptedScoringModel,
} from './scripted-scoring-model.ts';
export {
  type ScriptedTrainableModel,
  type ScriptedTrainableOptions,
  scriptedTrainableModel,
} from './scripted-trainable-model.ts';
