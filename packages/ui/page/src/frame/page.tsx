// What every part of the page can ask for: the app, its functions, the words.
import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { FunctionSnapshot, FunctionState } from '../function/function-state.ts';
import type { Words } from '../words/en.ts';
import { type Language, wordsOf } from '../words/language.ts';
import type { Page } from './page-of.ts';

const PageContext = createContext<Page | undefined>(undefined);
const LanguageContext = createContext<Language>('en');

export function PageProvider({ page, children }: { readonly page: Page; readonly children: ReactNode }) {
  return <PageContext value={page}>{children}</PageContext>;
}

export function LanguageProvider({
  language,
  children,
}: {
  readonly language: Language;
  readonly children: ReactNode;
}) {
  return <LanguageContext value={language}>{children}</LanguageContext>;
}

export function usePage(): Page {
  return useContext(PageContext)!;
}

export function useLanguage(): Language {
  return useContext(LanguageContext);
}

export function useWords(): Words {
  return wordsOf(useLanguage());
}

/** A function as it stands. */
export function useFunction(state: FunctionState): FunctionSnapshot {
  return useSyncExternalStore(state.subscribe, state.snapshot);
}
