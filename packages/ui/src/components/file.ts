// Files, pictures and sound.
import { invalidInput } from '@modeshift/core';
import { fileDataSchema } from '../protocol/file-data.ts';
import {
  type ComponentOptions,
  facts,
  type Given,
  type InputComponent,
  type InputOptions,
  type OutputComponent,
  reader,
} from './component.ts';
import type { PageFile, UploadedFile } from './page-file.ts';

/** Options of {@link file}, {@link image} and {@link audio}. */
export interface FileOptions extends InputOptions {
  /** Endings (`.csv`) and MIME types (`image/png`, `image/*`) that are taken. Left out: any. */
  readonly accept?: readonly string[];
  /** The largest file taken, in bytes. The server has a limit of its own. */
  readonly maxBytes?: number;
}

/** A picture of a {@link gallery}. */
export interface GalleryItem {
  readonly image: PageFile;
  readonly caption?: string;
}

type FileComponent<Options> = InputComponent<Given<UploadedFile, Options>> & OutputComponent<PageFile | null>;

/**
 * A file: uploaded by a person, or made by a handler and offered for download.
 *
 * @throws ModeshiftError `invalid-input` for an entry of `accept` that is no ending and no MIME type.
 * @example
 * ```ts
 * import { app, file } from '@modeshift/ui';
 *
 * app({ title: '大写' }).fn('upper', { input: { source: file({ accept: ['.txt'] }) }, output: file() }, async ({ source }) => ({
 *   name: `大写-${source.name}`,
 *   data: (await source.text()).toUpperCase(),
 * }));
 * ```
 */
export function file<const Options extends FileOptions>(options: Options = {} as Options): FileComponent<Options> {
  return fileLike('file', options, options.accept ?? []);
}

/**
 * A picture. Left out, `accept` is `image/*`.
 *
 * @throws ModeshiftError `invalid-input` as {@link file}.
 * @example
 * ```ts
 * import { app, image, text } from '@modeshift/ui';
 *
 * app({ title: '图' }).fn('weigh', { input: { picture: image() }, output: text() }, async ({ picture }) => `${picture.size} B`);
 * ```
 */
export function image<const Options extends FileOptions>(options: Options = {} as Options): FileComponent<Options> {
  return fileLike('image', options, options.accept ?? ['image/*']);
}

/**
 * Sound: recorded or uploaded by a person, or made by a handler and played. Left out, `accept` is `audio/*`. A recording comes as the
 * browser makes it: WebM with Opus in most, MP4 in Safari. Recording needs https, or this machine.
 *
 * @throws ModeshiftError `invalid-input` as {@link file}.
 * @example
 * ```ts
 * import { app, audio, text } from '@modeshift/ui';
 *
 * app({ title: '听写' }).fn('hear', { input: { voice: audio() }, output: text() }, async ({ voice }) => `${voice.mediaType}: ${voice.size} B`);
 * ```
 */
export function audio<const Options extends FileOptions>(options: Options = {} as Options): FileComponent<Options> {
  return fileLike('audio', options, options.accept ?? ['audio/*']);
}

/**
 * Several files. Left out of a call: none. A caller may also send one file instead of a list.
 *
 * @throws ModeshiftError `invalid-input` as {@link file}.
 * @example
 * ```ts
 * import { app, files, number } from '@modeshift/ui';
 *
 * app({ title: '字节' }).fn('bytes', { input: { sources: files() }, output: number() }, async ({ sources }) =>
 *   sources.reduce((sum, source) => sum + source.size, 0),
 * );
 * ```
 */
export function files(
  options: FileOptions = {},
): InputComponent<readonly UploadedFile[]> & OutputComponent<readonly PageFile[]> {
  const one = fileLike('file', { ...options, optional: false }, options.accept ?? []);
  return {
    kind: 'files',
    ...facts(options),
    isOptional: true,
    wire: {
      ...one.wire,
      schema: { type: 'array', items: fileDataSchema, title: 'ListFiles' },
      pythonType: 'list[filepath]',
      example: [one.wire.example],
      props: { ...one.wire.props, file_count: 'multiple' },
    },
    read: (wire, context) => (Array.isArray(wire) ? wire : [wire ?? []].flat()).map(file => one.read(file, context)),
    write: (written, context) => Promise.all(written.map(file => context.file(file))),
  };
}

/**
 * Pictures beside each other. Output only.
 *
 * @example
 * ```ts
 * import { app, gallery, text } from '@modeshift/ui';
 *
 * const dot = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>';
 * app({ title: '点' }).fn('dots', { output: gallery() }, async () => [{ image: { name: 'dot.svg', data: dot }, caption: '点' }]);
 * ```
 */
export function gallery(options: ComponentOptions = {}): OutputComponent<readonly GalleryItem[]> {
  const item = {
    type: 'object',
    properties: { image: fileDataSchema, caption: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
    required: ['image'],
  };
  return {
    kind: 'gallery',
    ...facts(options),
    wire: {
      type: 'gallery',
      className: 'Gallery',
      schema: { type: 'array', items: item },
      pythonType: 'list[dict(image: filepath, caption: str | None)]',
      example: [],
      props: { value: null },
    },
    write: (items, context) =>
      Promise.all(items.map(async one => ({ image: await context.file(one.image), caption: one.caption ?? null }))),
  };
}

const classNames = { file: 'File', image: 'Image', audio: 'Audio' };
/** Gradio's own. */
const samples = { file: 'sample_file.pdf', image: 'bus.png', audio: 'audio_sample.wav' };
const samplesFolder = 'https://github.com/gradio-app/gradio/raw/main/test/test_files';

function fileLike<Options extends FileOptions>(
  kind: 'file' | 'image' | 'audio',
  options: Options,
  accept: readonly string[],
): FileComponent<Options> {
  const wrong = accept.find(one => !/^\.[\w.-]+$/.test(one) && !/^[\w.+-]+\/(\*|[\w.+-]+)$/.test(one));
  if (wrong !== undefined)
    throw invalidInput(`"${wrong}" is no ending and no MIME type. Write ".csv", "text/csv" or "image/*".`);
  return {
    kind,
    ...facts(options),
    wire: {
      type: kind,
      className: classNames[kind],
      schema: fileDataSchema,
      pythonType: 'filepath',
      example: { path: `${samplesFolder}/${samples[kind]}`, meta: { _type: 'gradio.FileData' } },
      props: {
        file_count: 'single',
        file_types: accept.length > 0 ? accept : null,
        type: 'filepath',
        value: null,
        ...(kind === 'audio' && { sources: ['upload', 'microphone'] }),
      },
    },
    read: reader<UploadedFile, Options>(
      { anyOf: [{ type: 'object' }, { type: 'string' }] },
      options,
      (wire, context) => {
        const uploaded = context.file(wire);
        if (options.maxBytes !== undefined && uploaded.size > options.maxBytes)
          throw invalidInput(`"${uploaded.name}" has ${uploaded.size} bytes; at most ${options.maxBytes} are taken.`);
        if (accept.length > 0 && !accept.some(one => fits(one, uploaded)))
          throw invalidInput(`"${uploaded.name}" is not of a kind that is taken: ${accept.join(', ')}.`);
        return uploaded;
      },
    ),
    write: (written, context) => (written === null ? null : context.file(written)),
  };
}

function fits(accepted: string, { name, mediaType }: UploadedFile): boolean {
  if (accepted.startsWith('.')) return name.toLowerCase().endsWith(accepted.toLowerCase());
  const type = mediaType.toLowerCase();
  return accepted.endsWith('/*')
    ? type.startsWith(accepted.slice(0, -1).toLowerCase())
    : type === accepted.toLowerCase();
}
