// Conversations as a file: what an export writes, and what an import takes of a file that anybody may have written.
import type { InputValues } from '../function/first-values.ts';
import { fittingValues } from '../function/fitting-values.ts';
import type { WireCitation } from '../wire/citation.ts';
import type { PageFunction } from '../wire/config.ts';
import type { FileData } from '../wire/file-value.ts';
import { type Conversation, type MessageNode, newId, type Thread } from './conversation.ts';

const format = 'modeshift-conversations';
const version = 1;
/** Bytes of a file. */
const largest = 50e6;

/** Why a file cannot be imported: it is none of ours, of a later version, not whole, or too large. */
export type ImportProblem = 'foreign' | 'newer' | 'damaged' | 'large';

/** A file that cannot be imported. */
export class ImportError extends Error {
  readonly problem: ImportProblem;

  constructor(problem: ImportProblem) {
    super(problem);
    this.problem = problem;
  }
}

/** Conversations as text to keep. Where they belonged (page, user) is left out. */
export function exportedText(conversations: readonly Conversation[]): string {
  const kept = conversations.map(({ scope: _, ...rest }) => rest);
  return JSON.stringify({ format, version, conversations: kept }, undefined, 2);
}

/**
 * The conversations of a file, as new ones of a scope. Settings that the function has not, and outputs that it does not show, are left
 * out. Messages get ids of their own, so that no file can change what is kept here.
 *
 * @throws ImportError
 */
export async function readExport(file: Blob, fn: PageFunction, scope: string): Promise<readonly Conversation[]> {
  if (file.size > largest) throw new ImportError('large');
  const given = parsed(await file.text());
  if (!isRecord(given) || given.format !== format) throw new ImportError('foreign');
  if (typeof given.version === 'number' && given.version > version) throw new ImportError('newer');
  if (given.version !== version) throw new ImportError('damaged');
  return list(given.conversations).map(one => conversationOf(one, fn, scope));
}

function conversationOf(given: unknown, fn: PageFunction, scope: string): Conversation {
  const { title, createdAt, updatedAt, threads, settings } = record(given);
  const read = list(threads).map(one => threadOf(one, fn));
  const set = list(settings).map(one => fittingValues(fn, record(one) as InputValues));
  if (read.length < 1 || read.length > 2 || set.length !== read.length) throw new ImportError('damaged');
  const times = { createdAt: time(createdAt), updatedAt: time(updatedAt) };
  return { id: newId(), scope, title: text(title).slice(0, 200), ...times, threads: read, settings: set };
}

function threadOf(given: unknown, fn: PageFunction): Thread {
  const { nodes, chosen } = record(given);
  const messages = new Map(Object.entries(record(nodes)).map(([id, one]) => [id, record(one)]));
  const ids = new Map([...messages.keys()].map(id => [id, newId()]));
  const parentOf = (id: string): string | null => {
    const { parent } = messages.get(id)!;
    if (parent === null) return null;
    if (typeof parent !== 'string' || !messages.has(parent)) throw new ImportError('damaged');
    return parent;
  };
  refuseCircles([...messages.keys()], parentOf);
  const read = [...messages].map(([id, one]): [string, MessageNode] => {
    const parent = parentOf(id);
    const own = ids.get(id)!;
    return [own, { id: own, parent: parent === null ? null : ids.get(parent)!, ...messageOf(one, fn) }];
  });
  const shown = Object.entries(record(chosen)).map(([parent, child]): [string, string] => {
    const own = typeof child === 'string' && messages.has(child) ? ids.get(child)! : undefined;
    if (own === undefined || (parentOf(child as string) ?? 'root') !== parent) throw new ImportError('damaged');
    return [parent === 'root' ? 'root' : ids.get(parent)!, own];
  });
  return { nodes: Object.fromEntries(read), chosen: Object.fromEntries(shown) };
}

/** Every message leads to a first one. */
function refuseCircles(ids: readonly string[], parentOf: (id: string) => string | null): void {
  const good = new Set<string>();
  for (const id of ids) {
    const path = new Set<string>();
    for (let at: string | null = id; at !== null && !good.has(at); at = parentOf(at)) {
      if (path.has(at)) throw new ImportError('damaged');
      path.add(at);
    }
    for (const one of path) good.add(one);
  }
}

function messageOf(given: Fields, fn: PageFunction): Omit<MessageNode, 'id' | 'parent'> {
  const { role, content, at, files, extras, problem, isStopped, rating } = given;
  if (role !== 'user' && role !== 'assistant') throw new ImportError('damaged');
  const known = files === undefined ? [] : list(files).flatMap(fileOf);
  const others = extras === undefined ? {} : extrasOf(record(extras), fn);
  return {
    role,
    content: text(content),
    at: time(at),
    ...(known.length > 0 && { files: known }),
    ...(Object.keys(others).length > 0 && { extras: others }),
    ...(problem !== undefined && { problem: text(problem) }),
    ...(isStopped === true && { isStopped }),
    ...((rating === 'good' || rating === 'bad') && { rating }),
  };
}

/** A file of this server, if it still has it: its path is an address, so only those that servers give are taken. */
function fileOf(given: unknown): readonly FileData[] {
  const { path, orig_name, size, mime_type } = record(given);
  if (typeof path !== 'string' || !/^(?:upload|output)\/[0-9a-f]{32}\/(?!\.{1,2}$)[^/\\]+$/.test(path)) return [];
  return [
    {
      path,
      url: null,
      orig_name: typeof orig_name === 'string' ? orig_name : null,
      size: typeof size === 'number' ? size : null,
      mime_type: typeof mime_type === 'string' ? mime_type : null,
      is_stream: false,
      meta: { _type: 'gradio.FileData' },
    },
  ];
}

/** What else came with an answer, where it is of the form that is drawn: what it took, texts, passages. */
function extrasOf(given: Fields, fn: PageFunction): Readonly<Record<string, unknown>> {
  const read = fn.outputs.flatMap(({ modeshift: { name, kind } }): [string, unknown][] => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (name === 'details') return isRecord(value) ? [[name, detailsOf(value)]] : [];
    if (kind === 'citations') return Array.isArray(value) ? [[name, value.flatMap(citationOf)]] : [];
    return (kind === 'text' || kind === 'markdown') && typeof value === 'string' ? [[name, value]] : [];
  });
  return Object.fromEntries(read);
}

function detailsOf(given: Fields): Fields {
  const figures = ['input_tokens', 'output_tokens', 'usd', 'seconds', 'seconds_to_first'];
  const kept = Object.entries(given).filter(([name, value]) =>
    name === 'model' ? typeof value === 'string' : figures.includes(name) && Number.isFinite(value),
  );
  return Object.fromEntries(kept);
}

function citationOf(given: unknown): readonly WireCitation[] {
  const { number: place, title, text: passage, quote, url } = isRecord(given) ? given : ({} as Fields);
  if (typeof place !== 'number' || typeof title !== 'string' || typeof passage !== 'string') return [];
  return [
    {
      number: place,
      title,
      text: passage,
      ...(typeof quote === 'string' && { quote }),
      ...(typeof url === 'string' && { url }),
    },
  ];
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw new ImportError('foreign');
  }
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function record(value: unknown): Fields {
  if (!isRecord(value)) throw new ImportError('damaged');
  return value;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new ImportError('damaged');
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new ImportError('damaged');
  return value;
}

/** A time that dates can be made of, in milliseconds. Source: ECMA-262, section "Time Values and Time Range". */
function time(value: unknown): number {
  if (typeof value !== 'number' || !(Math.abs(value) <= 8.64e15)) throw new ImportError('damaged');
  return value;
}
