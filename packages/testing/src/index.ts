export { type FaultAnswer, type FaultRequest, type FaultServer, faultServer } from './fault-server.ts';
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
