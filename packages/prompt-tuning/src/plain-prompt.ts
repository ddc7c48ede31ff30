// The prompt of a classification as plain text to be continued, for models that score continuations.
import { endOfWords } from '@modeshift/core/label-mode';
import type { PromptParts } from './chat-prompt.ts';
import { wordings } from './wording.ts';

/**
 * Builds the text and the continuation of each label. The text ends without a space and, in English, each continuation begins
 * with one: that is how tokenizers cut words. Where one label begins another, each ends with a line break.
 */
export function plainPrompt(
  parts: PromptParts,
  text: string,
): { readonly prompt: string; readonly continuations: readonly string[] } {
  const wording = wordings[parts.lang];
  const field = (name: string, value: string): string => `${name}${wording.gap}${value}`;
  const head = [parts.instruction.trim(), field(wording.labelsField, parts.labels.join(wording.separator))];
  const shots = parts.shots.map(
    shot => `${field(wording.textField, shot.text)}\n${field(wording.labelField, shot.label)}`,
  );
  const asked = `${field(wording.textField, text)}\n${wording.labelField}`;
  return {
    prompt: [head.filter(line => line !== '').join('\n'), ...shots, asked].join('\n\n'),
    continuations: parts.labels.map(label => wording.gap + label + endOfWords(parts.labels)),
  };
}
