// What a fact is: a subject, an attribute, its phrasings, and values that many subjects share.
import type { Language } from '../example.ts';
import type { Frames, World } from '../world.ts';
import { moreEnglish } from './more-phrasings-en.ts';
import { moreChinese } from './more-phrasings-zh.ts';
import { statementsEnglish } from './statements-en.ts';
import { statementsChinese } from './statements-zh.ts';

/** One thing that can be known about a subject. */
export interface Attribute {
  readonly key: string;
  /** Names of a field for it, in JSON. */
  readonly fields: readonly string[];
  readonly statement: Frames;
  readonly question: Frames;
  readonly value: (world: World) => string;
}

/** Things that facts are about. */
export interface Subject {
  readonly name: string;
  readonly make: (world: World) => string;
  /** What a form calls the subject itself. */
  readonly fields: readonly string[];
  readonly attributes: readonly Attribute[];
}

/** An attribute in short: how it is said and asked, in training and held out. */
export type Row = readonly [
  key: string,
  value: (world: World) => string,
  fields: string,
  said: readonly string[],
  saidTest: readonly string[],
  asked: readonly string[],
  askedTest: readonly string[],
];

/** Attributes of a subject from their rows, with the further phrasings there are. */
export const rows = (language: Language, subject: string, table: readonly Row[]): Attribute[] =>
  table.map(([key, make, fields, said, saidTest, asked, askedTest]) => {
    const [told, askedToo] = (language === 'zh' ? moreChinese : moreEnglish)[`${subject}.${key}`]!.map(text =>
      text.split(' / '),
    ) as [string[], string[]];
    const statements = (language === 'zh' ? statementsChinese : statementsEnglish)[`${subject}.${key}`]!.split(' / ');
    return {
      key,
      value: make,
      fields: fields.split(' '),
      statement: { train: [...said, ...told, ...statements], test: saidTest },
      question: { train: [...asked, ...askedToo], test: askedTest },
    };
  });

export const age = (world: World): string => String(world.between(18, 79));
export const years = (world: World): string => (world.zh ? `${world.between(1, 9)}年` : `${world.between(2, 9)} years`);
export const weight = (world: World): string =>
  world.zh ? `${world.between(2, 60)}公斤` : `${world.between(2, 60)} kg`;
