// Cuts source code by its syntax: whole definitions where they fit, their parts where they do not.
import { type Chunk, type Chunker, placeChunks, type RawChunk } from './chunk.ts';
import { codeLanguage } from './code-languages.ts';
import { outlineOf } from './code-outline.ts';
import { type CodeGrammar, type CodeNode, loadGrammars } from './code-tree.ts';
import { cutSpan } from './cut-span.ts';
import type { SourceDocument, Span } from './document.ts';
import { structureChunker } from './structure-chunker.ts';
import { checkBudget, type Measure, measureOf, type TokenBudget, tokenizerName } from './token-measure.ts';

/** Options of {@link codeChunker}. */
export interface CodeChunkerOptions extends TokenBudget {
  /** Pieces below this many tokens are joined with their neighbours. Left out: a quarter of `maxTokens`. */
  readonly minTokens?: number;
  /** The grammars to use, each the package `@lezer/…`. Left out: those that are installed. */
  readonly grammars?: readonly CodeGrammar[];
  /** Cuts documents that are no code. Left out: a `structureChunker` of the same budget. */
  readonly otherwise?: Chunker;
}

/**
 * Cuts source code, told by the end of a document's id, so that functions, methods and classes stay whole where the budget allows,
 * with the comments above them; their headings are the path to them (`['Cart', 'total']`). JavaScript, TypeScript, Python, Java, C,
 * C++, Go, Rust and PHP are read with the grammars of Lezer that are installed, everything else by its indentation. Code that is
 * cut off or wrong is cut, too. The way of cutting is split-then-merge over the syntax tree (Zhang et al. 2025,
 * https://arxiv.org/abs/2506.15655).
 *
 * @throws ModeshiftError `invalid-input` for a budget that is no whole number, `unsupported` for a named grammar that is not installed.
 * @example
 * ```ts
 * import { codeChunker } from '@modeshift/rag';
 *
 * const text = 'class Cart:\n    def add(self, item):\n        self.items.append(item)\n\n    def 总价(self):\n        return sum(self.items)\n';
 * const chunker = await codeChunker({ maxTokens: 20 });
 * for (const { headings, line } of chunker.chunk({ id: 'cart.py', text })) console.log(headings, line);
 * // [ 'Cart' ] 1
 * // [ 'Cart', 'add' ] 2
 * // [ 'Cart', '总价' ] 5
 * ```
 */
export async function codeChunker(options: CodeChunkerOptions = {}): Promise<Chunker> {
  const { maxTokens = 400, countTokens } = options;
  checkBudget('maxTokens', maxTokens, 1);
  const { minTokens = maxTokens >> 2 } = options;
  checkBudget('minTokens', minTokens, 0);
  const tokenizer = tokenizerName(options);
  const otherwise =
    options.otherwise ?? structureChunker({ maxTokens, tokenizer, ...(countTokens && { countTokens }) });
  const { loaded, parse } = await loadGrammars(options.grammars);
  return {
    id: `code/1 max=${maxTokens} min=${minTokens} tokenizer=${tokenizer} grammars=${loaded.join()} otherwise=(${otherwise.id})`,
    chunk(document: SourceDocument): Chunk[] {
      const language = codeLanguage(document.id);
      if (!language) return otherwise.chunk(document);
      const { text } = document;
      const measure = measureOf(text, countTokens);
      const nodes = (parse(text, language) ?? outlineOf(text)).map(node => ({ node, path: [] }));
      const pieces = split(text, { start: 0, end: text.length }, nodes, maxTokens, measure);
      return placeChunks(document, [], merge(text, pieces, maxTokens, minTokens, measure));
    },
  };
}

/** A node with the definitions around it. */
interface Inside {
  readonly node: CodeNode;
  readonly path: readonly string[];
}

interface Piece extends Span {
  readonly tokens: number;
  /** The definitions that were cut to get it. */
  readonly around: readonly string[];
  /** Those, and what it defines. */
  readonly path: readonly string[];
}

const maxDepth = 100;

/** Pieces that tile a span, none above the budget but a single code point. */
function split(
  text: string,
  span: Span,
  nodes: readonly Inside[],
  maxTokens: number,
  measure: Measure,
  depth = 0,
): Piece[] {
  return partsOf(text, span, nodes).flatMap(part => {
    const { start, end, inside } = part;
    const tokens = measure(start, end);
    const around = inside.at(-1)?.path ?? [];
    const path = pathOf(inside, around);
    if (tokens <= maxTokens) return [{ start, end, tokens, around, path }];
    const newline = text.indexOf('\n', start);
    const isDeeper = inside.some(one => one.node.children().length > 0);
    if (depth < maxDepth && newline >= 0 && newline < end - 1 && isDeeper)
      return split(text, part, expanded(inside, path), maxTokens, measure, depth + 1);
    return cutSpan(text, part, maxTokens, measure, 'lines').map(piece => ({ ...piece, around: path, path }));
  });
}

/** What is in the nodes of a part; comments above a definition become part of it. */
function expanded(inside: readonly Inside[], path: readonly string[]): Inside[] {
  const first = inside.findIndex(one => !one.node.isComment);
  return inside.flatMap((one, i) => {
    const { node, path: around } = one;
    if (node.isComment) return [i < first ? { node, path } : one];
    const children = node.children();
    const own = node.name === undefined ? around : [...around, node.name];
    return children.length === 0 ? [one] : children.map(child => ({ node: child, path: own }));
  });
}

/** The path of what begins a part; comments above it are its own. */
function pathOf(inside: readonly Inside[], around: readonly string[]): readonly string[] {
  const first = inside.find(one => !one.node.isComment);
  const name = first && nameIn(first.node);
  const path = first && name !== undefined ? [...first.path, name] : around;
  return path.length > around.length ? path : around;
}

/** What a node defines, itself or by what ends with it: `export class …`. */
function nameIn(node: CodeNode, depth = 0): string | undefined {
  if (node.name !== undefined || depth === 3) return node.name;
  const last = node.children().findLast(child => child.end === node.end || child.end === node.end - 1);
  return last && nameIn(last, depth + 1);
}

interface Part extends Span {
  readonly inside: Inside[];
}

/**
 * Parts that tile a span and begin where a node begins a line. Comments belong to what follows them on the next line, and what
 * stands on the same line belongs together.
 */
function partsOf(text: string, span: Span, nodes: readonly Inside[]): Part[] {
  const parts: { start: number; end: number; inside: Inside[] }[] = [];
  let heldBy: CodeNode | undefined;
  for (const one of nodes) {
    const { node } = one;
    const start = lineStart(text, node.start, span.start);
    const last = parts.at(-1);
    const isHeld = heldBy !== undefined && !/\n[ \t\r]*\n/.test(text.slice(heldBy.end, node.start));
    if (last && (start === undefined || start <= last.start || isHeld)) last.inside.push(one);
    else {
      if (last) last.end = start!;
      parts.push({ start: last ? start! : span.start, end: span.end, inside: [one] });
    }
    const sharesLine = start === undefined && !isHeld;
    heldBy = node.isComment && !sharesLine ? node : undefined;
  }
  return parts.length > 0 ? parts : [{ ...span, inside: [] }];
}

/** Where the line of an offset begins, if only blanks stand before it there. */
function lineStart(text: string, offset: number, least: number): number | undefined {
  let at = offset;
  while (at > least && (text[at - 1] === ' ' || text[at - 1] === '\t')) at--;
  return at === least || text[at - 1] === '\n' ? at : undefined;
}

/**
 * Joins neighbours within the same definition of which one is small, as far as the budget goes; the statements of a definition are
 * filled evenly.
 */
function merge(
  text: string,
  pieces: readonly Piece[],
  maxTokens: number,
  minTokens: number,
  measure: Measure,
): RawChunk[] {
  const merged: Piece[] = [];
  let share = maxTokens;
  for (const [i, piece] of pieces.entries()) {
    const last = merged.at(-1);
    const isSame = last && isEqual(last.around, piece.around);
    if (!isSame) share = shareOf(pieces, i, maxTokens);
    const words = hasWords(text, piece);
    const isSmall = last && Math.min(last.tokens, piece.tokens) < minTokens;
    const isFull = last && isEqual(last.path, piece.path) && last.tokens + piece.tokens / 2 > share;
    const isClosing = !words && /^\s*[)\]}>\w]/.test(text.slice(piece.start, piece.end));
    if (last && (isClosing || (isSame && isSmall && !isFull)) && last.tokens + piece.tokens <= maxTokens + 2) {
      const tokens = measure(last.start, piece.end);
      const path = words && hasWords(text, last) ? shared(last.path, piece.path) : words ? piece.path : last.path;
      if (tokens <= maxTokens) {
        merged[merged.length - 1] = { start: last.start, end: piece.end, tokens, around: last.around, path };
        continue;
      }
    }
    merged.push(piece);
  }
  return merged.map(({ start, end, path }) => ({ start, end, headings: path }));
}

/** What each chunk has of the pieces of a definition from one on, if they are filled evenly. */
function shareOf(pieces: readonly Piece[], from: number, maxTokens: number): number {
  let tokens = 0;
  for (let i = from; i < pieces.length && isEqual(pieces[i]!.around, pieces[from]!.around); i++)
    tokens += pieces[i]!.tokens;
  return tokens / Math.ceil(tokens / maxTokens);
}

const isEqual = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i]);
/** Whether a piece says more than that something ends. */
const hasWords = (text: string, { start, end }: Span): boolean =>
  /[\p{L}\p{N}]/u.test(text.slice(start, end).replace(/^\s*(?:end|fi|done|esac)\b/gm, ''));

function shared(a: readonly string[], b: readonly string[]): readonly string[] {
  const end = a.findIndex((name, i) => name !== b[i]);
  return end < 0 ? a : a.slice(0, end);
}
