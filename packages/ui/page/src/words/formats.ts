// Numbers and times as a visitor reads them.
import type { Words } from './en.ts';
import type { Language } from './language.ts';

const locales: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

/** A number with up to `digits` significant digits, in the language's own way. */
export function numberText(value: number, language: Language, digits = 6): string {
  return new Intl.NumberFormat(locales[language], { maximumSignificantDigits: digits }).format(value);
}

/** 0.123 as 12.3 %. */
export function percentText(share: number, language: Language): string {
  return new Intl.NumberFormat(locales[language], { style: 'percent', maximumFractionDigits: 1 }).format(share);
}

/** Bytes as kB or MB (of 1000). */
export function bytesText(bytes: number, language: Language): string {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${numberText(value, language, 3)} ${unit}`;
}

/** Seconds, or minutes from 90 s on. */
export function durationText(seconds: number, words: Words, language: Language): string {
  return seconds < 90
    ? words.seconds(numberText(seconds, language, seconds < 10 ? 2 : 3))
    : words.minutes(numberText(seconds / 60, language, 2));
}

/** A moment: the time of today, else the date with the time. */
export function momentText(iso: string | number, language: Language): string {
  const date = new Date(iso);
  const isToday = date.toDateString() === new Date().toDateString();
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat(
    locales[language],
    isToday ? time : { year: 'numeric', month: 'short', day: 'numeric', ...time },
  ).format(date);
}
