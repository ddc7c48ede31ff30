// The bundled sample is what its generator writes, and its test part is worded anew.
import { readFileSync } from 'node:fs';
import type { LocalModel } from '@modeshift/local';
import { describe, expect, it } from 'vitest';
import { intents } from '../samples/frames.ts';
import { framesEn } from '../samples/frames-en.ts';
import { framesZh } from '../samples/frames-zh.ts';
import { generateSample, normalized, toCsv } from '../samples/generate.ts';
import { vocabularyEn, vocabularyZh } from '../samples/vocabulary.ts';
import { loadModel } from './load-model.ts';
import { readTaskFiles } from './read-task-files.ts';
import { sampleTask } from './sample-task.ts';

const train = generateSample('train');
const test = generateSample('test');

describe('the bundled sample', () => {
  it('is exactly what the generator writes', () => {
    const { trainFile, testFile } = sampleTask();
    expect(readFileSync(trainFile, 'utf8')).toBe(toCsv(train));
    expect(readFileSync(testFile, 'utf8')).toBe(toCsv(test));
  });

  it('has every intent in both languages and both parts', () => {
    for (const rows of [train, test]) {
      for (const lang of ['en', 'zh'] as const) {
        const found = new Set(rows.filter(row => row.lang === lang).map(row => row.intent));
        expect([...found].sort()).toEqual([...intents].sort());
      }
    }
    expect([train.length, test.length]).toEqual([1512, 558]);
  });

  it('is small', () => {
    expect(Buffer.byteLength(toCsv(train)) + Buffer.byteLength(toCsv(test))).toBeLessThan(400_000);
  });

  it('never tests on a text that stands in train, nor twice on one text', () => {
    const known = new Set(train.map(row => normalized(row.text)));
    expect(test.filter(row => known.has(normalized(row.text)))).toEqual([]);
    expect(new Set(test.map(row => normalized(row.text))).size).toBe(test.length);
  });

  it('gives no text two intents', () => {
    for (const rows of [train, test]) {
      const intentOf = new Map<string, string>();
      for (const row of rows) {
        const key = normalized(row.text);
        expect(intentOf.get(key) ?? row.intent).toBe(row.intent);
        intentOf.set(key, row.intent);
      }
    }
  });

  it('never tests on a frame of train, whatever fills its slots', () => {
    const wording = (frame: string): string => normalized(frame.replace(/\{[^}]*\}/g, ''));
    for (const frames of [framesEn, framesZh]) {
      const known = new Set(intents.flatMap(intent => frames[intent].train.map(wording)));
      for (const intent of intents) {
        for (const frame of frames[intent].test) expect(known.has(wording(frame)), frame).toBe(false);
      }
      const texts = train.map(row => normalized(row.text));
      for (const intent of intents) {
        for (const frame of frames[intent].test) {
          const pattern = asPattern(frame);
          expect(
            texts.filter(text => pattern.test(text)),
            frame,
          ).toEqual([]);
        }
      }
    }
  });

  it('tests with other products, places and names than it trains with', () => {
    for (const words of [vocabularyEn, vocabularyZh]) {
      for (const slot of [
        'wear',
        'device',
        'furniture',
        'thing',
        'colour',
        'city',
        'payment',
        'past',
        'days',
      ] as const) {
        expect(words.test[slot].filter(word => words.train[slot].includes(word))).toEqual([]);
      }
    }
  });

  it('leaves no slot unfilled and fits its articles', () => {
    for (const { text } of [...train, ...test]) {
      expect(text).not.toMatch(/[{}|]/);
      expect(text).not.toMatch(/\ba [aeiou](?!ne?\b)\w|的的/i);
    }
  });
});

/** Matches any filling of a frame that has no choices, in the normalised form of texts. */
function asPattern(frame: string): RegExp {
  const parts = frame.split(/\{[^}]*\}/).map(part => normalized(part).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^.{0,20}${parts.join('.{0,30}')}.{0,20}$`, 'u');
}

describe('routing', () => {
  it.each([
    ['en', 'Velmo'],
    ['zh', '云雀组'],
  ] as const)('in %s is read as any task, with a model of its own', async (language, team) => {
    const { inputColumn, labelColumn, trainFile, testFile, name, model } = sampleTask('routing', language);
    const source = { name, train: trainFile, test: testFile, input: inputColumn, label: labelColumn };
    const { task } = await readTaskFiles({ ...source, seed: 0 });
    expect([task.train.length, task.test.length, task.labels?.length]).toEqual([240, 120, 4]);
    expect(task.labels).toContain(team);
    const loaded = (await loadModel(model!, undefined)) as LocalModel;
    expect(Object.keys(loaded)).toEqual(expect.arrayContaining(['stream', 'score', 'trainer', 'trained']));
    await loaded.dispose();
  });

  it('another name is told what there is', () => {
    expect(() => sampleTask('weather')).toThrow('There is no sample task "weather". Known: service-desk, routing.');
  });
});
