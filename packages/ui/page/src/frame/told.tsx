// The app's own words in the visitor's language, where the app has them.
import { useCallback } from 'react';
import { useLanguage, usePage } from './page.tsx';

/** Looks words of the app up: labels, notes, choices, examples. */
export function useTold(): (words: string) => string {
  const { config } = usePage();
  const known = config.modeshift.translations[useLanguage()];
  return useCallback(words => (known && Object.hasOwn(known, words) ? known[words]! : words), [known]);
}
