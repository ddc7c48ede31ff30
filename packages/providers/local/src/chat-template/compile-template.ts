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

/** A compiled template; render it with {@link templateFunctions} among the variables. */
export function compileTemplate(source: string): Template {
  // Jinja2 reads all line ends as \n.
  const template = new Template(source.replace(/\r\n?/g, '\n'));
  rewrite(template.parsed as unknown as Node);
  return template;
}

/** What compiled templates call. */
export const templateFunctions: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(strips).map(([method, run]) => [nameOf(method), run]),
);

/** Makes `x.lstrip('\n')` a call of a function of ours. */
function rewrite(node: Node): void {
  if (node.type === 'CallExpression') {
    const callee = node.callee as Node;
    const property = callee.property as Node | undefined;
    const method = property?.value;
    const args = node.args as unknown[];
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
