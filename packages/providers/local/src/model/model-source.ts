// Which checkpoint a model is and how it is loaded: what every local model is told.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isAbsolute } from 'node:path';
import { invalidInput, type Progress } from '@modeshift/core';
import { checkDevice, type Device } from '../network/device.ts';
import { packingOf, type WeightFormat } from '../network/quantise.ts';

/** Options of every local model. */
export interface LocalModelOptions {
  /**
   * How the weights of products are held in memory: `f32` (default) as exact as the checkpoint, `int8` and `int4` with 8 and 4 bits,
   * which need a quarter and a seventh of the memory and change answers a little. `{ bits, blockSize }` says how many weights share a
   * scale, at most: 128 in `int8`, 64 in `int4`; larger blocks are faster with one request, and those of 128 in 4 bits less exact.
   */
  readonly weights?: WeightFormat;
  /**
   * Where passes are computed: `cpu` (default), or `webgpu`, a graphics card through Vulkan, Metal or Direct3D 12. Calls throw
   * `unsupported` where there is none.
   */
  readonly device?: Device;
  /** The most threads of one operator. Default, and never more: the processors this process may use. */
  readonly threads?: number;
  /** Branch, tag or commit on the hub. Default `main`. */
  readonly revision?: string;
  /** Where downloads are kept. Default: the cache of the Hugging Face tools. */
  readonly cacheDir?: string;
  /** Use only what is on this machine. Default: whether `HF_HUB_OFFLINE` is set. */
  readonly offline?: boolean;
  /** Told how far downloading and loading are, in bytes. */
  readonly onProgress?: (progress: Progress) => void;
}

/** What goes to the engine's thread: the options without functions. */
export interface ModelSource extends Omit<LocalModelOptions, 'onProgress'> {
  /** A folder, a file of llama2.c, or an id on the hub. */
  readonly checkpoint: string;
}

/** Checks a path or id and options. Throws `invalid-input`, before anything is read. */
export function modelSource(checkpoint: string, options: LocalModelOptions): ModelSource {
  if (checkpoint.trim() === '')
    throw invalidInput("The model has no name. Give a folder, or an id such as 'Qwen/Qwen3-0.6B'.");
  const { onProgress: _, ...plain } = options;
  const { weights, threads, device } = plain;
  if (weights !== undefined) packingOf(weights);
  if (device !== undefined) checkDevice(device);
  if (threads !== undefined && !(Number.isSafeInteger(threads) && threads > 0))
    throw invalidInput(`threads must be a whole number above 0, and it is ${threads}.`);
  if ((isAbsolute(checkpoint) || checkpoint.startsWith('.')) && !existsSync(checkpoint))
    throw invalidInput(`There is no folder ${checkpoint}. Give a folder with a checkpoint, or an id on the hub.`);
  // More threads than processors take turns and wait for each other: with thousands a pass takes minutes.
  const limit = threads === undefined ? {} : { threads: Math.min(threads, availableParallelism()) };
  return { ...plain, ...limit, checkpoint };
}
