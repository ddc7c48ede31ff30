// The prebuilt page: its files, read and compressed when they are first asked for.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { escapeHtml } from './index-page.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  woff2: 'font/woff2',
  woff: 'font/woff',
  ttf: 'font/ttf',
  svg: 'image/svg+xml',
};

interface PageFile {
  readonly mediaType: string;
  readonly bytes: Buffer;
  packed?: Buffer;
}

/** Where the build puts the page: beside this package's code, or, running from its sources, in its `dist`. */
const places = ['./page', '../../dist/page'].map(place => fileURLToPath(new URL(place, import.meta.url)));

/** The files of the page; `undefined` where it was not built. */
export class PageFiles {
  readonly #folder: string;
  readonly #names: ReadonlySet<string>;
  readonly #html: string;
  readonly #files = new Map<string, PageFile>();

  private constructor(folder: string) {
    this.#folder = folder;
    this.#html = readFileSync(join(folder, 'index.html'), 'utf8');
    this.#names = new Set(globSync('assets/*', { cwd: folder }).map(name => name.replaceAll('\\', '/')));
  }

  static find(): PageFiles | undefined {
    const folder = places.find(place => existsSync(join(place, 'index.html')));
    return folder === undefined ? undefined : new PageFiles(folder);
  }

  /**
   * The page itself. `rootPath` is where it lies on its host, as far as that is known: an address without a slash at its end
   * needs it. Unknown (empty), the page's addresses are relative to its own.
   */
  html({
    title,
    nonce,
    rootPath,
  }: {
    readonly title: string;
    readonly nonce: string;
    readonly rootPath: string;
  }): string {
    const head = [
      rootPath && `<base href="${escapeHtml(rootPath)}/">`,
      `<meta name="style-nonce" content="${nonce}">`,
      `<title>${escapeHtml(title)}</title>`,
    ];
    return this.#html.replace(/<title>.*?<\/title>/, '').replace('<head>', () => `<head>${head.join('')}`);
  }

  /** A file by its path below the page; `undefined` where there is none. Its name changes with its content. */
  response(path: string, acceptedEncodings: string): Response | undefined {
    if (!this.#names.has(path)) return undefined;
    const file = this.#file(path);
    const headers = new Headers({
      'content-type': file.mediaType,
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    if (!/\bgzip\b/.test(acceptedEncodings) || !file.mediaType.startsWith('text/'))
      return new Response(new Uint8Array(file.bytes), { headers });
    headers.set('content-encoding', 'gzip');
    file.packed ??= gzipSync(file.bytes);
    return new Response(new Uint8Array(file.packed), { headers });
  }

  #file(path: string): PageFile {
    const known = this.#files.get(path);
    if (known) return known;
    const mediaType = mediaTypes[path.split('.').at(-1)!] ?? 'application/octet-stream';
    const file: PageFile = { mediaType, bytes: readFileSync(join(this.#folder, path)) };
    this.#files.set(path, file);
    return file;
  }
}
