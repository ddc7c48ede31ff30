// Which checkpoints are in the cache of this machine.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { knownModelTypes } from '../architectures/index.ts';
import { checkpointCache, isWholeCheckpoint } from './hub-cache.ts';
import { hubSettings } from './hub-settings.ts';

/** A checkpoint in the cache. */
export interface DownloadedModel {
  /** Its name on the hub. */
  readonly id: string;
  /** The folder of its newest commit here. */
  readonly directory: string;
  /** As `config.json` has it. */
  readonly modelType: string;
  /** Whether the architecture is one that can be loaded. */
  readonly supported: boolean;
  /** Bytes of all its files. */
  readonly bytes: number;
}

/**
 * The whole checkpoints in the cache of the Hugging Face tools, by name. Half downloaded ones, and folders without safetensors
 * weights, are left out; without a cache the list is empty.
 *
 * @example
 * ```ts
 * import { downloadedModels } from '@modeshift/local';
 *
 * console.log(await downloadedModels({ cacheDir: 'no-such-folder' })); // []
 * ```
 */
export async function downloadedModels(options: { readonly cacheDir?: string } = {}): Promise<DownloadedModel[]> {
  const { cacheDir } = hubSettings(options);
  const found: DownloadedModel[] = [];
  for (const name of (await readdir(cacheDir).catch((): string[] => [])).sort()) {
    if (!name.startsWith('models--')) continue;
    const id = name.slice('models--'.length).replaceAll('--', '/');
    const cache = checkpointCache(cacheDir, id);
    const directory = await newestWhole(path.join(cache.folder, 'snapshots'));
    if (directory === undefined) continue;
    const config = await readFile(path.join(directory, 'config.json'), 'utf8').catch(() => '{}');
    const modelType = modelTypeOf(config);
    if (modelType === undefined) continue;
    const supported = knownModelTypes.includes(modelType);
    found.push({ id, directory, modelType, supported, bytes: await bytesIn(directory) });
  }
  return found;
}

async function newestWhole(snapshots: string): Promise<string | undefined> {
  let newest: { readonly directory: string; readonly time: number } | undefined;
  for (const commit of await readdir(snapshots).catch((): string[] => [])) {
    const directory = path.join(snapshots, commit);
    const time = (await stat(directory)).mtimeMs;
    if ((!newest || time > newest.time) && (await isWholeCheckpoint(directory))) newest = { directory, time };
  }
  return newest?.directory;
}

function modelTypeOf(config: string): string | undefined {
  try {
    const { model_type } = JSON.parse(config) as { readonly model_type?: unknown };
    return typeof model_type === 'string' ? model_type : undefined;
  } catch {
    return undefined;
  }
}

async function bytesIn(directory: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(directory, { recursive: true })) {
    const found = await stat(path.join(directory, entry)).catch(() => undefined);
    if (found?.isFile()) sum += found.size;
  }
  return sum;
}
