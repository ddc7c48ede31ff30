// What a saved text classifier looks like on disk.

/** The file that makes a folder a text classifier: JSON. It names the file of the weights. */
export const classifierConfigFile = 'text-classifier.json';

/** The value of `format` in {@link classifierConfigFile}. */
export const classifierFormat = 'modeshift-text-classifier';

/** Raised when a reader of the old version would misread the new one. */
export const classifierVersion = 1;

/** Files of weights, which are named by what they hold. */
export const weightsFile = /^text-classifier-[0-9a-f]{16}\.safetensors$/;

/** The JSON of {@link classifierConfigFile}. */
export interface ClassifierConfig {
  readonly format: typeof classifierFormat;
  readonly version: number;
  readonly labels: readonly string[];
  readonly temperature: number;
  readonly features: {
    readonly min_characters: number;
    readonly max_characters: number;
    readonly pair_distance: number;
    readonly max_length: number;
  };
  readonly weights: { readonly file: string; readonly sha256: string };
  readonly training: unknown;
}
