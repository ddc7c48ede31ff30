// The text classifier on real data: a part of banking77, against bounds. The whole is measured by bench/banking77.ts.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectedCalibrationError } from './calibrate.ts';
import { type LabelledText, trainTextClassifier } from './train-text-classifier.ts';

const data = process.env.MODESHIFT_DATA ?? resolve(import.meta.dirname, '../../../../../shared/data');
const folder = resolve(data, 'banking77');
const present = existsSync(folder);
if (!present) console.log(`skipped: ${folder} is not there (set MODESHIFT_DATA)`);

/** The rows of the labels whose names begin with "card_": ten intents about cards. */
function read(name: string): LabelledText[] {
  const rows = readFileSync(resolve(folder, name), 'utf8').matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\n]*)),(card_[a-z_]+)\r?\n/g,
  );
  return [...rows].map(([, quoted, plain, label]) => ({ text: quoted ?? plain!, label: label! }));
}

describe.skipIf(!present)('banking77', () => {
  it('tells intents apart, and is as sure as it is right', async () => {
    const train = read('train.csv');
    const test = read('test.csv');
    const classifier = await trainTextClassifier({ examples: train, epochs: 12 });
    const answers = await classifier.classify(test.map(({ text }) => text));
    const accuracy = answers.filter(({ label }, i) => label === test[i]!.label).length / test.length;
    const error = expectedCalibrationError(
      answers.map(({ probabilities }) => Object.values(probabilities)),
      test.map(({ label }) => classifier.labels.indexOf(label)),
    );
    const { calibrationError } = classifier.training;
    console.log(
      `banking77, ${classifier.labels.length} labels, ${train.length} → ${test.length} texts: accuracy ${accuracy.toFixed(4)}, calibration error ${error.toFixed(4)}, held out ${calibrationError!.before.toFixed(4)} → ${calibrationError!.after.toFixed(4)}, ${classifier.training.trainMs} ms`,
    );
    expect(accuracy).toBeGreaterThan(0.95);
    expect(error).toBeLessThan(0.06);
    expect(calibrationError!.after).toBeLessThan(calibrationError!.before);
  }, 120_000);
});
