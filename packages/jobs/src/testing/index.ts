export { type EngineCase, type EngineUnderTest, testEngine } from './test-engine.ts';
