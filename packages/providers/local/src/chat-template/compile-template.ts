// Compiles Jinja source, with what @huggingface/jinja does otherwise than Jinja2 put right.
import { Template } from '@huggingface/jinja';

type Node = { type?: string; value?: unknown } & Record<string, unknown>;

/** Python's `strip` and its kin with the characters that they take away; `@huggingface/jinja` 0.5 takes whitespace whatever is asked. */
const strips = {
  strip: (text: string, characters: string | null): string => stripped(text, characters, true, true),
  lstrip: (text: string, characters: string | null): string => stripped(text, characters, true, false),
  rstrip: (text: string, characters: string | null): string => stripped(text, characters, false, true),
};
const nameOf = (method: string): string => `python_${method}`;

/** Numbers that all `range` calls of one rendering may give together: templates come from others, and one could count for ever. */
const mostCounted = 100_000;

/** A compiled template; render it with {@link templateFunctions} among the variables. */
export function compileTemplate(source: string): Template {
  // Jinja2 reads all line ends as \n.
  const template = new Template(source.replace(/\r\n?/g, '\n'));
  rewrite(template.parsed as unknown as Node);
  return template;
}

/** What compiled templates call, for one rendering. */
export function templateFunctions(): Readonly<Record<string, unknown>> {
  const stripping = Object.entries(strips).map(([method, run]) => [nameOf(method), run] as const);
  return { ...Object.fromEntries(stripping), [nameOf('range')]: countedRange() };
}

/** Python's `range`, which gives up where a template counts too far. */
function countedRange(): (first: number, end?: number | null, step?: number | null) => number[] {
  let left = mostCounted;
  return (first, end, step) => {
    const [from, to, by] = typeof end === 'number' ? [first, end, step ?? 1] : [0, first, 1];
    if (![from, to, by].every(Number.isInteger) || by === 0)
      throw new Error('range() takes whole numbers, and a step that is not 0');
    const length = Math.max(0, Math.ceil((to - from) / by));
    left -= length;
    if (left < 0) throw new Error(`it counts further than ${mostCounted}`);
    return Array.from({ length }, (_, i) => from + i * by);
  };
}

/** Makes `x.lstrip('\n')` and `range(n)` calls of functions of ours. */
function rewrite(node: Node): void {
  if (node.type === 'CallExpression') {
    const callee = node.callee as Node;
    const property = callee.property as Node | undefined;
    const method = property?.value;
    const args = node.args as unknown[];
    if (callee.type === 'Identifier' && callee.value === 'range') callee.value = nameOf('range');
    if (callee.type === 'MemberExpression' && callee.computed !== true && args.length === 1) {
      if (typeof method === 'string' && Object.hasOwn(strips, method)) {
        node.args = [callee.object, ...args];
        property!.value = nameOf(method);
        node.callee = property;
      }
    }
  }
  for (const child of Object.values(node)) {
    for (const one of Array.isArray(child) ? child : [child]) {
      if (typeof one === 'object' && one !== null) rewrite(one as Node);
    }
  }
}

function stripped(text: string, characters: string | null, left: boolean, right: boolean): string {
  if (characters === null) return left && right ? text.trim() : left ? text.trimStart() : text.trimEnd();
  let [from, to] = [0, text.length];
  while (left && from < to && characters.includes(text[from]!)) from++;
  while (right && to > from && characters.includes(text[to - 1]!)) to--;
  return text.slice(from, to);
}
