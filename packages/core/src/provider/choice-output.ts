// One of some strings, asked for and read back through a JSON schema: the form that most servers can enforce.
import type { LanguageCall, LanguageResult } from '../models.ts';

/**
 * The schema that stands for a choice: an object, because structured output must be one.
 *
 * @example
 * ```ts
 * import { choiceSchema } from '@modeshift/core/provider';
 *
 * console.log(choiceSchema(['账单', '物流']).required); // [ 'choice' ]
 * ```
 */
export function choiceSchema(choices: readonly string[]): Record<string, unknown> {
  return {
    type: 'object',
    properties: { choice: { type: 'string', enum: [...choices] } },
    required: ['choice'],
    additionalProperties: false,
  };
}

/** The chosen string out of `{"choice":"…"}`; text that is no such object stays as it is, for the caller to judge. */
export function unwrapChoice(text: string, choices: readonly string[]): string {
  try {
    const choice: unknown = (JSON.parse(text) as { choice?: unknown } | null)?.choice;
    return typeof choice === 'string' && choices.includes(choice) ? choice : text;
  } catch {
    return text;
  }
}

/**
 * A result whose text is the chosen string, where a choice was asked for through {@link choiceSchema}.
 *
 * @example
 * ```ts
 * import { unknownUsage } from '@modeshift/core';
 * import { readChoice } from '@modeshift/core/provider';
 *
 * const answer = { content: [{ type: 'text', text: '{"choice":"物流"}' }], finishReason: 'stop', usage: unknownUsage } as const;
 * console.log(readChoice(answer, { type: 'choice', choices: ['账单', '物流'] }).content); // [ { type: 'text', text: '物流' } ]
 * ```
 */
export function readChoice(result: LanguageResult, output: LanguageCall['output']): LanguageResult {
  if (output?.type !== 'choice') return result;
  const content = result.content.map(part =>
    part.type === 'text' ? { ...part, text: unwrapChoice(part.text, output.choices) } : part,
  );
  return { ...result, content };
}
