// Inputs without content, for finding out which labels a model prefers whatever the text says.
import { random } from '@modeshift/core';

/** What Zhao et al. 2021 put in the place of a text. */
export const contentFreeTexts: readonly string[] = ['N/A', '[MASK]', ''];

/**
 * Texts of random words of the task's own domain, each as long as the texts are on average (Fei et al. 2023). Words are found by
 * Unicode's rules, so Chinese works as English does.
 */
export function randomDomainTexts(texts: readonly string[], count: number, seed: number): string[] {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
  const words: string[] = [];
  for (const text of texts)
    for (const { segment, isWordLike } of segmenter.segment(text)) if (isWordLike) words.push(segment);
  if (words.length === 0) return [...contentFreeTexts];
  const length = Math.max(1, Math.round(words.length / texts.length));
  const source = random(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length }, () => words[source.integer(words.length)]!).reduce((text, word) =>
      /\p{Script=Han}$/u.test(text) && /^\p{Script=Han}/u.test(word) ? text + word : `${text} ${word}`,
    ),
  );
}
