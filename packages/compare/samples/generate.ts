// Writes the bundled sample task: customer-service messages in English and Simplified Chinese with their intents.
// Run: node --conditions=modeshift-source packages/compare/samples/generate.ts
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Random, random } from '@modeshift/core';
import { type Intent, intents, type Split } from './frames.ts';
import { framesEn } from './frames-en.ts';
import { framesZh } from './frames-zh.ts';
import { roughenChinese, roughenEnglish } from './roughen.ts';
import { type Vocabulary, vocabularyEn, vocabularyZh } from './vocabulary.ts';

/** A row of the sample. */
export interface SampleRow {
  readonly text: string;
  readonly intent: Intent;
  readonly lang: 'en' | 'zh';
}

const languages = {
  en: { frames: framesEn, vocabulary: vocabularyEn, roughen: roughenEnglish, gap: ' ', rows: { train: 48, test: 18 } },
  zh: { frames: framesZh, vocabulary: vocabularyZh, roughen: roughenChinese, gap: '', rows: { train: 36, test: 13 } },
} as const;

/** All rows of a split, shuffled; the same on every machine. */
export function generateSample(split: Split): SampleRow[] {
  const source = random(split === 'train' ? 20_261 : 20_262);
  const rows: SampleRow[] = [];
  for (const lang of ['en', 'zh'] as const) {
    for (const intent of intents) {
      const seen = new Set<string>();
      for (let i = 0; seen.size < languages[lang].rows[split]; i++) {
        if (i > 5_000)
          throw new Error(`The frames of ${intent} (${lang}, ${split}) do not give enough different texts.`);
        const frames = languages[lang].frames[intent][split];
        const text = message(frames[i % frames.length]!, { lang, split, intent }, source);
        const key = normalized(text);
        if (seen.has(key)) continue;
        seen.add(key);
        rows.push({ text, intent, lang });
      }
    }
  }
  return source.shuffle(rows);
}

/** A text without case, digits, spaces and punctuation: two rows that agree in this are the same to a reader. */
export function normalized(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, '');
}

/** Rows as CSV (RFC 4180). */
export function toCsv(rows: readonly SampleRow[]): string {
  const cell = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  return `text,intent,lang\n${rows.map(row => `${cell(row.text)},${row.intent},${row.lang}\n`).join('')}`;
}

/** What would contradict a message: praise of the payment where it failed, of the driver where nothing came. */
const contradictions: readonly { readonly context: RegExp; readonly intents: readonly Intent[] }[] = [
  { context: /payment|付款/, intents: ['payment_failed', 'double_charge'] },
  {
    context: /delivery man|快递小哥/,
    intents: intents.filter(
      intent => !['damaged_item', 'wrong_item', 'missing_parts', 'return_process', 'exchange_item'].includes(intent),
    ),
  },
  { context: /same time|同时/, intents: ['password_reset', 'account_locked', 'payment_failed'] },
];

function message(
  frame: string,
  { lang, split, intent }: { lang: 'en' | 'zh'; split: Split; intent: Intent },
  source: Random,
): string {
  const { vocabulary, roughen, gap } = languages[lang];
  const words = vocabulary[split];
  const contexts = words.context.filter(
    context =>
      !(context.includes('{order}') && frame.includes('{order}')) &&
      !contradictions.some(rule => rule.context.test(context) && rule.intents.includes(intent)),
  );
  const parts = [frame];
  const chance = (share: number): boolean => source.next() < share;
  if (chance(0.35)) parts.splice(chance(0.5) ? 0 : 1, 0, pick(contexts, source));
  if (chance(0.35)) parts.unshift(pick(words.opening, source));
  if (chance(0.3)) parts.push(pick(words.closing, source));
  const text = parts.map(part => fill(part, words, source)).join(gap);
  return roughen(text.replaceAll('的的', '的'), source);
}

/** Makes the choices of a frame and fills its slots; a product named twice in one sentence is the same one. */
function fill(frame: string, words: Vocabulary, source: Random): string {
  const chosen = frame.replace(/\(([^()]*\|[^()]*)\)/g, (_, options: string) => pick(options.split('|'), source));
  const filled = new Map<string, string>();
  const products = [...words.wear, ...words.device, ...words.furniture, ...words.thing];
  return chosen.replace(/\{([a-z ]+)\}/g, (_, slot: string) => {
    const [, article, name = ''] = /^(?:(an?|another) )?(\w+)$/.exec(slot) ?? [];
    let value = filled.get(article === 'another' ? slot : name);
    if (value === undefined) {
      const list = name === 'product' ? products : words[name as keyof Vocabulary];
      if (!list) throw new Error(`No words for the slot {${slot}}.`);
      const others = list.filter(word => ![...filled.values()].includes(word));
      value = pick(others, source).replace(/9/g, () => String(source.integer(9) + 1));
      filled.set(article === 'another' ? slot : name, value);
    }
    const isEnglish = /^[a-z]/i.test(value);
    return article && isEnglish ? `${/^[aeiou]/.test(value) ? 'an' : 'a'} ${value}` : value;
  });
}

function pick<T>(items: readonly T[], source: Random): T {
  return items[source.integer(items.length)]!;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const split of ['train', 'test'] as const) {
    const file = path.join(import.meta.dirname, `service-desk.${split}.csv`);
    writeFileSync(file, toCsv(generateSample(split)));
    console.log(`${file}: ${generateSample(split).length} rows`);
  }
}
