// What an answer rests on: numbered passages that a page opens beside the text.
import { type ComponentOptions, facts, type OutputComponent } from './component.ts';

/** A passage. Its place in the list, from 1, is its number. */
export interface Citation {
  /** Where it stands, e.g. the name of a document. */
  readonly title: string;
  /** The passage. */
  readonly text: string;
  /** The words of `text` that the answer rests on: the page marks them. */
  readonly quote?: string;
  /** Where to read on. Only `http:` and `https:` become links. */
  readonly url?: string;
}

/**
 * Numbered passages. Output only. A markdown link to `#cite-2` in an output of the same function, or in the answer of the
 * same conversation, opens the second.
 *
 * @example
 * ```ts
 * import { app, citations, markdown, text } from '@modeshift/ui';
 *
 * const passage = { title: '手册.pdf, 第 3 页', text: '退货须在 30 天内提出。', quote: '30 天内' };
 * const output = { answer: markdown(), sources: citations() };
 * app({ title: '问答' }).fn('ask', { input: { question: text() }, output }, async () => ({
 *   answer: '可以在 30 天内退货 [1](#cite-1)。',
 *   sources: [passage],
 * }));
 * ```
 */
export function citations(options: ComponentOptions = {}): OutputComponent<readonly Citation[]> {
  const text = { type: 'string' };
  const item = {
    type: 'object',
    properties: { number: { type: 'integer' }, title: text, text, quote: text, url: text },
    required: ['number', 'title', 'text'],
  };
  return {
    kind: 'citations',
    ...facts(options),
    wire: {
      type: 'json',
      className: 'Json',
      schema: { type: 'array', items: item },
      pythonType: 'list[dict]',
      example: null,
      props: { value: null },
    },
    write: passages =>
      passages.map(({ title, text, quote, url }, i) => ({
        number: i + 1,
        title,
        text,
        ...(quote !== undefined && { quote }),
        ...(url !== undefined && { url }),
      })),
  };
}
