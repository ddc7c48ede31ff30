// Which of the page's languages a visitor reads.
import { en, type Words } from './en.ts';
import { zh } from './zh.ts';

export const languages = { en: 'English', zh: '简体中文' } as const;
export type Language = keyof typeof languages;

const dictionaries: Readonly<Record<Language, Words>> = { en, zh };
const key = 'modeshift-lang';

export function wordsOf(language: Language): Words {
  return dictionaries[language];
}

/** What the visitor chose, else what the app says, else what the browser prefers. */
export function firstLanguage(told: 'auto' | Language, preferred: readonly string[]): Language {
  const chosen = remembered();
  if (chosen === 'en' || chosen === 'zh') return chosen;
  if (told !== 'auto') return told;
  const known = preferred.map(one => one.toLowerCase().split('-')[0]).find(one => one === 'en' || one === 'zh');
  return (known as Language | undefined) ?? 'en';
}

/** A browser may forbid to remember anything, in a frame of another site for example. */
export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(key, language);
  } catch {
    // It holds until the page is closed.
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
