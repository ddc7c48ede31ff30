export { sleep } from '../sleep.ts';
export { fromBase64, toBase64 } from './base64.ts';
export { choiceSchema, readChoice } from './choice-output.ts';
export { brokenOff, type FailedRequest, failureOf, networkFailure } from './failure.ts';
export {
  checkKey,
  type Environment,
  type HttpOptions,
  type HttpSettings,
  httpSettings,
  processEnvironment,
  serverUrl,
  variableIn,
} from './http-options.ts';
export { tellResponse } from './observe-response.ts';
export { redactedCause, redactSecrets, secretsOf, serverWords } from './redact-secrets.ts';
export { type Look, type RemoteJob, type RemoteSteps, runRemoteJob } from './remote-job.ts';
export { scaledPrice } from './scaled-price.ts';
export { type ServerSentEvent, SseParser } from './sse-parser.ts';
export { StreamWatch } from './stream-watch.ts';
export { withWholeChoice } from './whole-choice.ts';
