// The folder of nano's checkpoint, unpacked once.
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { unpackWeights } from './unpack-weights.ts';

/** Options of {@link nanoDirectory}. */
export interface NanoDirectoryOptions {
  /**
   * Where the unpacked checkpoint (18 MB) is kept. Default: the folder of `MODESHIFT_CACHE`, or `modeshift` in `XDG_CACHE_HOME`, or
   * `.cache/modeshift` in the home folder.
   */
  readonly cacheDir?: string;
}

/** What `weights/manifest.json` says. */
interface Manifest {
  /** SHA-256 of the unpacked `model.safetensors`. */
  readonly sha256: string;
  readonly bytes: number;
  /** Files that are copied as they are. */
  readonly files: readonly string[];
}

const weights = join(import.meta.dirname, '..', 'weights');

/**
 * The folder of nano's checkpoint, which `local()` of `@modeshift/local` and Hugging Face's transformers load. The package holds
 * 8-bit weights; at the first call they are unpacked to float32, which gives the same bytes on every machine, and are checked by
 * their SHA-256. Later calls find the folder. Processes that unpack at the same time do not disturb each other.
 *
 * @throws Error when the package is damaged (install it again) or the cache folder cannot be written (give `cacheDir`).
 * @example
 * ```ts
 * import { existsSync } from 'node:fs';
 * import { join } from 'node:path';
 * import { nanoDirectory } from '@modeshift/nano';
 *
 * const folder = await nanoDirectory();
 * console.log(existsSync(join(folder, 'model.safetensors'))); // true
 * ```
 */
export async function nanoDirectory({ cacheDir = defaultCache() }: NanoDirectoryOptions = {}): Promise<string> {
  const manifest = JSON.parse(await readFile(join(weights, 'manifest.json'), 'utf8')) as Manifest;
  const folder = join(cacheDir, `nano-${manifest.sha256.slice(0, 16)}`);
  if (await isWhole(folder, manifest)) return folder;
  const model = unpackWeights(await readFile(join(weights, 'nano.safetensors')));
  if (createHash('sha256').update(model).digest('hex') !== manifest.sha256)
    throw new Error(
      'The weights of @modeshift/nano are damaged: their checksum is another one. Install the package again.',
    );
  await mkdir(cacheDir, { recursive: true });
  const made = await mkdtemp(`${folder}-`);
  try {
    for (const file of manifest.files) await cp(join(weights, file), join(made, file));
    await writeFile(join(made, 'model.safetensors'), model);
    await put(made, folder, manifest);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  return folder;
}

/** Moves a folder to its place; when another process was faster, its folder stays. */
async function put(made: string, folder: string, manifest: Manifest): Promise<void> {
  try {
    await rename(made, folder);
  } catch (error) {
    if (await isWhole(folder, manifest)) return;
    // What is there was cut off or changed by somebody: it goes.
    await rm(folder, { recursive: true, force: true });
    await rename(made, folder).catch(() => {
      throw error;
    });
  }
}

async function isWhole(folder: string, { bytes, files }: Manifest): Promise<boolean> {
  try {
    for (const file of files) await stat(join(folder, file));
    return (await stat(join(folder, 'model.safetensors'))).size === bytes;
  } catch {
    return false;
  }
}

function defaultCache(): string {
  const { MODESHIFT_CACHE, XDG_CACHE_HOME } = process.env;
  if (MODESHIFT_CACHE) return MODESHIFT_CACHE;
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'modeshift');
}
