// Finds a checkpoint: a folder as it is, or a name on the hub, downloaded once into the cache that Python shares.
import { stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { invalidInput, ModeshiftError, throwIfAborted } from '@modeshift/core';
import { chooseFiles, type HubFile } from './choose-files.ts';
import { downloadFile } from './download-file.ts';
import { downloadMeter } from './download-meter.ts';
import { fetchModelInfo } from './fetch-model-info.ts';
import { type CheckpointCache, checkpointCache, isWholeCheckpoint } from './hub-cache.ts';
import { errorOfDisk, type HubSubject, placeByHand } from './hub-errors.ts';
import { type HubRequest, hubRequest } from './hub-request.ts';
import { hubSettings } from './hub-settings.ts';
import { withProcessLock } from './process-lock.ts';
import type { ResolveCheckpointOptions, ResolvedCheckpoint } from './resolve-checkpoint-options.ts';

const filesAtOnce = 4;

/**
 * The folder of a checkpoint. A path is used as it is. A name such as `Qwen/Qwen3-0.6B` is looked up on the hub and downloaded
 * into the standard cache: only the files that are needed, each checked against its checksum, going on where an earlier try
 * stopped. Where the hub does not answer, a checkpoint that is in the cache is used.
 *
 * @throws ModeshiftError `not-found` for a folder or a name that does not exist; `authentication` for a private model or one
 * whose terms must be accepted; `network`, `rate-limit`, `server` when the hub does not answer, with how to place files by hand;
 * `storage` when the disk is full; `unsupported` for weights that are no safetensors; `aborted`.
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { resolveCheckpoint } from '@modeshift/local';
 *
 * const folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
 * const { directory, commit } = await resolveCheckpoint(folder);
 * console.log(directory === folder, commit); // true undefined
 * ```
 */
export async function resolveCheckpoint(
  pathOrId: string,
  options: ResolveCheckpointOptions = {},
): Promise<ResolvedCheckpoint> {
  throwIfAborted(options.signal);
  const folder = await stat(pathOrId).catch(() => undefined);
  if (folder?.isDirectory()) return { directory: path.resolve(pathOrId), commit: undefined };
  if (folder !== undefined)
    throw invalidInput(
      `${pathOrId} is a file. Give the folder that holds the checkpoint: config.json, tokenizer.json and *.safetensors.`,
    );
  if (!/^[\w][\w.-]*(\/[\w][\w.-]*)?$/.test(pathOrId) || /--|\.\./.test(pathOrId)) {
    throw new ModeshiftError(
      { tag: 'not-found' },
      `There is no folder ${pathOrId}, and it is no name of a model like "Qwen/Qwen3-0.6B".`,
    );
  }
  const { revision = 'main' } = options;
  if (!/^[\w][\w./-]*$/.test(revision) || revision.includes('..')) {
    throw invalidInput(`${JSON.stringify(revision)} is no revision. Give a branch, a tag or a whole commit.`);
  }
  const settings = hubSettings(options);
  const subject: HubSubject = { id: pathOrId, revision, settings };
  const cache = checkpointCache(settings.cacheDir, pathOrId);
  const cached = await wholeInCache(cache, revision, options.files);
  // What a commit holds never changes.
  if (cached !== undefined && (settings.offline || cached.commit === revision)) return cached;
  if (settings.offline) {
    throw new ModeshiftError(
      { tag: 'network' },
      `${pathOrId} is not whole in ${settings.cacheDir}, and the hub is not asked (offline, HF_HUB_OFFLINE). ${placeByHand(subject)}`,
      { isRetryable: false },
    );
  }
  // With a whole checkpoint at hand nobody waits for a hub that does not answer.
  const request = hubRequest(subject, options.signal, cached === undefined ? undefined : 1);
  try {
    return await download(request, cache, options);
  } catch (error) {
    const passes = ModeshiftError.is(error) && /^(network|server|rate-limit)$/.test(error.reason.tag);
    if (cached !== undefined && passes) return cached;
    throw error;
  }
}

async function wholeInCache(
  cache: CheckpointCache,
  revision: string,
  files: readonly string[] | undefined,
): Promise<ResolvedCheckpoint | undefined> {
  const commit = await cache.commitOf(revision);
  if (commit === undefined) return undefined;
  const directory = cache.snapshot(commit);
  const named = files?.filter(name => !name.includes('*'));
  const whole =
    named === undefined
      ? await isWholeCheckpoint(directory)
      : (await Promise.all(named.map(name => stat(path.join(directory, name)).catch(() => undefined)))).every(
          Boolean,
        ) &&
        (named.length === files?.length || (await isWholeCheckpoint(directory)));
  return whole ? { directory, commit } : undefined;
}

async function download(
  request: HubRequest,
  cache: CheckpointCache,
  options: ResolveCheckpointOptions,
): Promise<ResolvedCheckpoint> {
  const { id, revision, settings } = request.subject;
  const { commit, license, files } = await fetchModelInfo(request);
  const needed = chooseFiles(files, options.files, id);
  const result = { directory: cache.snapshot(commit), commit };
  const lock = path.join(settings.cacheDir, '.locks', path.basename(cache.folder), 'modeshift.lock');
  const totalBytes = needed.reduce((sum, file) => sum + file.size, 0);
  const work = async (): Promise<void> => {
    const missing: HubFile[] = [];
    for (const file of needed) if (!(await cache.has(file, commit))) missing.push(file);
    const missingBytes = missing.reduce((sum, file) => sum + file.size, 0);
    const plan = { id, license, commit, files: needed.length, totalBytes };
    const meter = downloadMeter(plan, totalBytes - missingBytes, options.onProgress);
    await refuseFullDisk(settings.cacheDir, missing, cache);
    await downloadAll(request, missing, async (file, single) => {
      const blob = cache.blob(file);
      const there = (await stat(blob).catch(() => undefined))?.size === file.size;
      if (there) meter.add(file.size);
      else await downloadFile(single, commit, file, blob, meter.add);
    });
    // All at the end: a folder that shows a configuration and weights is whole.
    for (const file of missing) await cache.show(file, commit);
    await cache.setCommit(revision, commit);
    meter.done();
  };
  try {
    await withProcessLock(lock, options.signal, work);
  } catch (error) {
    throw ModeshiftError.is(error) ? error : errorOfDisk(error, settings.cacheDir, totalBytes);
  }
  return result;
}

/** A few files at once; the first error stops the others. */
async function downloadAll(
  request: HubRequest,
  files: readonly HubFile[],
  one: (file: HubFile, request: HubRequest) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal;
  const single = hubRequest(request.subject, signal);
  // Small files first: what is wrong with access or names is known before the weights come.
  const queue = files.toSorted((a, b) => a.size - b.size);
  let failed: unknown;
  const worker = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      try {
        await one(file, single);
      } catch (error) {
        failed ??= error;
        queue.length = 0;
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(filesAtOnce, files.length) }, worker));
  if (failed !== undefined) throw failed;
}

async function refuseFullDisk(folder: string, missing: readonly HubFile[], cache: CheckpointCache): Promise<void> {
  const sizes = await Promise.all(
    missing.map(async file => {
      for (const name of [cache.blob(file), `${cache.blob(file)}.incomplete`]) {
        const there = await stat(name).catch(() => undefined);
        if (there) return Math.max(0, file.size - there.size);
      }
      return file.size;
    }),
  );
  const needed = sizes.reduce((sum, size) => sum + size, 0);
  const disk = await statfs(folder).catch(() => undefined);
  if (disk !== undefined && disk.bsize > 0 && disk.bavail * disk.bsize < needed) {
    throw errorOfDisk(Object.assign(new Error('no space left'), { code: 'ENOSPC' }), folder, needed);
  }
}
