// Files on the wire, as the page sends and shows them.
import type { FileData } from '../../../src/protocol/file-data.ts';

export type { FileData };

/** The value of an uploaded file. */
export function fileValue(path: string, file: File): FileData {
  return {
    path,
    url: null,
    orig_name: file.name,
    size: file.size,
    mime_type: file.type || null,
    is_stream: false,
    meta: { _type: 'gradio.FileData' },
  };
}

/** Where a file can be fetched: below where the page lies, whatever address the server believes it has. */
export function fileUrl(file: FileData, base: string): string {
  return new URL(`gradio_api/file=${file.path.split('/').map(encodeURIComponent).join('/')}`, base).href;
}

/** What a file is called. */
export function fileName(file: FileData): string {
  return file.orig_name ?? file.path.split('/').at(-1) ?? file.path;
}
