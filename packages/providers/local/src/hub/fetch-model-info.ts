// What the hub says of a checkpoint: its commit, its licence and its files.
import { ModeshiftError } from '@modeshift/core';
import type { HubFile } from './choose-files.ts';
import type { HubRequest } from './hub-request.ts';

/** A checkpoint on the hub. */
export interface ModelInfo {
  readonly commit: string;
  readonly license: string | undefined;
  readonly files: readonly HubFile[];
}

interface Answer {
  readonly sha?: unknown;
  readonly cardData?: { readonly license?: unknown; readonly license_name?: unknown } | null;
  readonly tags?: readonly unknown[];
  readonly siblings?: readonly {
    readonly rfilename?: unknown;
    readonly size?: unknown;
    readonly blobId?: unknown;
    readonly lfs?: { readonly sha256?: unknown; readonly oid?: unknown } | null;
  }[];
}

/**
 * Asks the hub for a checkpoint.
 *
 * @throws ModeshiftError as {@link HubRequest}; `invalid-response` for an answer that is no description of a model, or that
 * names files outside the checkpoint.
 */
export async function fetchModelInfo(request: HubRequest): Promise<ModelInfo> {
  const { id, revision } = request.subject;
  const response = await request.send(`/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`);
  const answer = (await response.json().catch(() => undefined)) as Answer | null | undefined;
  const commit = answer?.sha;
  if (typeof commit !== 'string' || !/^[0-9a-f]{40}$/.test(commit) || !Array.isArray(answer?.siblings)) {
    throw new ModeshiftError(
      { tag: 'invalid-response' },
      `The hub's description of ${id} cannot be read. If HF_ENDPOINT names a mirror, check that it serves /api/models.`,
    );
  }
  const files = answer.siblings.map((file): HubFile => {
    const { rfilename, size, blobId, lfs } = file;
    const large = lfs?.sha256 ?? lfs?.oid;
    const hash = large ?? blobId;
    if (typeof rfilename !== 'string' || !isInside(rfilename)) {
      throw new ModeshiftError(
        { tag: 'invalid-response' },
        `The hub names a file of ${id} that lies outside of it: ${JSON.stringify(rfilename)}. Do not use this source.`,
      );
    }
    if (typeof hash !== 'string' || !/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(hash) || !Number.isSafeInteger(size)) {
      throw new ModeshiftError(
        { tag: 'invalid-response' },
        `The hub gives no size or checksum for ${rfilename} of ${id}. If HF_ENDPOINT names a mirror, use another.`,
      );
    }
    return { path: rfilename, size: size as number, hash, hashKind: large === undefined ? 'git-sha1' : 'sha256' };
  });
  const tagged = answer.tags?.find(tag => typeof tag === 'string' && tag.startsWith('license:')) as string | undefined;
  const named = answer.cardData?.license_name ?? answer.cardData?.license ?? tagged?.slice('license:'.length);
  return { commit, files, license: typeof named === 'string' ? named : undefined };
}

/** Whether a path stays in its folder on every system. */
function isInside(file: string): boolean {
  return (
    file !== '' && !/[\\:\0]/.test(file) && file.split('/').every(part => part !== '' && part !== '.' && part !== '..')
  );
}
