// The structure of code by its indentation, for languages without a grammar: a line and what is indented under it.
import type { CodeNode } from './code-tree.ts';
import type { Span } from './document.ts';

interface Line extends Span {
  /** Columns before the first character; a tab counts as four. */
  readonly indent: number;
  readonly text: string;
}

/** Lines that go on with what stands above them at the same indentation. */
const continues =
  /^(?:[)\]}>]|(?:end|fi|done|esac|else|elif|elsif|elseif|catch|except|finally|rescue|ensure|then|do|begin|when|in|loop)\b)/i;
const comment = /^(?:\/\/|\/\*|\*|#(?![a-z_{[(])|--|;|%|'''|"""|@[\p{L}_])/u;
const definition =
  /(?:^|\s)(?:function|func|fun|fn|def|defp|defmodule|class|struct|interface|protocol|trait|module|object|namespace|package|enum|record|union|impl|extension|actor|type|sub|procedure|proc|message|service|rpc|resource|table|view|trigger)\s+(?:"[^"]+"\s+)?["`[]?([\p{L}_$][\p{L}\p{N}_$.:!?-]*)/iu;
/** `name(…) {`, as methods and functions of the C family and of shells begin. */
const method = /^[^=;"'`]{0,120}?([\p{L}_$][\p{L}\p{N}_$-]*)\s*\([^;]{0,200}\)[^;=]{0,80}\{$/u;
const keyword = /^(?:if|for|foreach|while|switch|catch|return|using|lock|match|with|unless|until|else)$/;

/** The outermost pieces of a text. */
export function outlineOf(text: string): CodeNode[] {
  return piecesOf(linesOf(text));
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    const line = text.slice(start, end);
    const stop = newline < 0 ? end : newline;
    const words = line.trim();
    if (words !== '') {
      let indent = 0;
      for (const one of line) {
        if (one === '\t') indent += 4;
        else if (one === ' ') indent++;
        else break;
      }
      lines.push({ start, end: stop, indent, text: words });
    }
    start = end;
  }
  return lines;
}

function piecesOf(lines: readonly Line[]): CodeNode[] {
  const base = lines.reduce((least, line) => Math.min(least, line.indent), Number.POSITIVE_INFINITY);
  const pieces: CodeNode[] = [];
  for (let from = 0; from < lines.length; ) {
    let to = from + 1;
    while (to < lines.length && (lines[to]!.indent > base || continues.test(lines[to]!.text))) to++;
    pieces.push(pieceOf(lines.slice(from, to)));
    from = to;
  }
  return pieces;
}

function pieceOf(lines: readonly Line[]): CodeNode {
  const [first] = lines;
  return {
    start: first!.start,
    end: lines.at(-1)!.end,
    isComment: lines.length === 1 && comment.test(first!.text),
    name: nameIn(first!.text),
    children: () => {
      if (lines.length === 1) return [];
      // What stands at the indentation of the first line besides it closes it or goes on with it.
      const inner: CodeNode[] = [{ ...pieceOf(lines.slice(0, 1)), name: undefined }];
      for (let from = 1; from < lines.length; ) {
        let to = from + 1;
        const isInside = lines[from]!.indent > first!.indent;
        while (to < lines.length && isInside && lines[to]!.indent > first!.indent) to++;
        inner.push(...(isInside ? piecesOf(lines.slice(from, to)) : [pieceOf(lines.slice(from, to))]));
        from = to;
      }
      return inner;
    },
  };
}

function nameIn(line: string): string | undefined {
  if (line.length > 400) return undefined;
  const name = definition.exec(line)?.[1] ?? method.exec(line)?.[1];
  return name !== undefined && keyword.test(name) ? undefined : name;
}
