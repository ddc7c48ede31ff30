// What finding a checkpoint takes and gives.

/** How far a download is. */
export interface DownloadProgress {
  /** `plan` comes once, before the first byte, with licence and size; `download` while bytes come; `done` at the end. */
  readonly phase: 'plan' | 'download' | 'done';
  /** The checkpoint's id, e.g. `Qwen/Qwen3-0.6B`. */
  readonly id: string;
  /** The licence that the model card names, e.g. `apache-2.0`. */
  readonly license: string | undefined;
  /** The commit that is downloaded. */
  readonly commit: string;
  /** Files that are needed, those that are there already included. */
  readonly files: number;
  /** Bytes that are there and bytes in all. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Over the last seconds; `undefined` until it can be told. */
  readonly bytesPerSecond: number | undefined;
  readonly secondsLeft: number | undefined;
}

/** Options of `resolveCheckpoint`. */
export interface ResolveCheckpointOptions {
  /** Branch, tag or commit. Default `main`. */
  readonly revision?: string;
  /** Default: `HF_HUB_CACHE`, else `hub` in `HF_HOME`, else `~/.cache/huggingface/hub`. */
  readonly cacheDir?: string;
  /** Uses only what is in the cache. Default: whether `HF_HUB_OFFLINE` is set. */
  readonly offline?: boolean;
  /** The hub or a mirror of it. Default: `HF_ENDPOINT`, else the hub itself. */
  readonly endpoint?: string;
  /** For private and gated models. Default: `HF_TOKEN`, else the file that the Python client keeps. */
  readonly token?: string;
  /** Called when the plan is made and then a few times a second. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  /**
   * Which files are wanted, as names with `*`. Default: configuration, tokenizer, chat template, safetensors weights and the
   * files of sentence-transformers.
   */
  readonly files?: readonly string[];
}

/** Where a checkpoint lies. */
export interface ResolvedCheckpoint {
  /** The folder with the files, absolute. */
  readonly directory: string;
  /** The commit of a checkpoint that came from the hub. */
  readonly commit: string | undefined;
}
