// One of some strings, asked for and read back through a JSON schema: the form that most servers can enforce.
import type { LanguageCall, LanguageResult } from '@modeshift/core';

/** The schema that stands for a choice: an object, because structured output must be one. */
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

/** A result whose text is the chosen string, where a choice was asked for. */
export function unwrapChoiceParts(result: LanguageResult, output: LanguageCall['output']): LanguageResult {
  if (output?.type !== 'choice') return result;
  const content = result.content.map(part =>
    part.type === 'text' ? { ...part, text: unwrapChoice(part.text, output.choices) } : part,
  );
  return { ...result, content };
}
