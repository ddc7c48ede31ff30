// `{% generation %}` blocks: Hugging Face's mark in a template for what the assistant wrote.

const block = /\{%(-?)\s*(end)?generation\s*(-?)%\}/g;

/** Whether a template marks what the assistant wrote. */
export function hasGenerationBlocks(source: string): boolean {
  return /\{%-?\s*generation\s*-?%\}/.test(source);
}

/**
 * A template that writes two variables, named `generation_open` and `generation_close`, where its blocks begin and end. Each
 * stands between two statements, so that whitespace round it goes as round the block.
 */
export function writeGenerationMarks(source: string): string {
  return source.replace(
    block,
    (_, left: string, end: string | undefined, right: string) =>
      `{%${left} set generation_mark = 1 %}{{ generation_${end ? 'close' : 'open'} }}{% set generation_mark = 1 ${right}%}`,
  );
}
