// Generates, scores and embeds for many requests at once, on one decoder.
import type { Adapter } from '../adapters/adapter.ts';
import type { Decoder } from './decoder.ts';
import type {
  GenerateRequest,
  Generation,
  GeneratorOptions,
  GeneratorStatistics,
  ScoredTokens,
  ScoreRequest,
} from './generate-types.ts';

export declare class Generator {
  constructor(decoder: Decoder, options?: GeneratorOptions);
  readonly decoder: Decoder;
  readonly statistics: GeneratorStatistics;
  generate(request: GenerateRequest): Generation;
  score(request: ScoreRequest): Promise<readonly ScoredTokens[]>;
  /** Hidden states of the last token of each text, after the last normalisation: `[hidden]` each. */
  hidden(
    texts: readonly (readonly number[])[],
    options?: Pick<ScoreRequest, 'adapters' | 'signal'>,
  ): Promise<Float32Array[]>;
  /** Makes an adapter (see `readAdapter`) usable under a name. */
  attach(name: string, adapter: Adapter): Promise<void>;
  detach(name: string): void;
  readonly adapters: readonly string[];
  dispose(): Promise<void>;
}
