// Trains the text classifier on banking77 and prints accuracy, calibration, time and memory.
// node --conditions=modeshift-source bench/banking77.ts [perLabel=10] [heldOut=0.15] [name=number …]
// `heldOut` measures on a part of train and leaves the test file alone: for choosing defaults.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expectedCalibrationError, holdOut, type LabelledText, trainTextClassifier } from '@modeshift/local';

const data = process.env.MODESHIFT_DATA ?? resolve(import.meta.dirname, '../../../../../shared/data');
const folder = resolve(data, 'banking77');
if (!existsSync(folder)) {
  console.log(`${folder} is not there; nothing was measured. Set MODESHIFT_DATA.`);
  process.exit(0);
}

/** The rows of a CSV file of two columns, RFC 4180. */
function read(name: string): LabelledText[] {
  const text = readFileSync(resolve(folder, name), 'utf8');
  const rows = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*)),(?:"((?:[^"]|"")*)"|([^",\r\n]*))\r?(?:\n|$)/g)];
  return rows.slice(1).map(([, a, b, c, d]) => ({ text: a?.replaceAll('""', '"') ?? b!, label: (c ?? d)! }));
}

const settings = new Map(process.argv.slice(2).map(pair => pair.split('=') as [string, string]));
const number = (name: string): number | undefined => {
  const value = settings.get(name);
  settings.delete(name);
  return value === undefined ? undefined : Number(value);
};
const perLabel = number('perLabel');
const heldOut = number('heldOut');
const seed = number('seed') ?? 0;
const quiet = number('quiet') ?? 0;
const pairDistance = number('pairDistance');
const minCharacters = number('minCharacters');
const maxCharacters = number('maxCharacters');

let train = read('train.csv');
let test = read('test.csv');
const labels = [...new Set(train.map(({ label }) => label))].sort();
if (heldOut !== undefined) {
  const split = holdOut(
    train.map(({ label }) => labels.indexOf(label)),
    heldOut,
    1,
  );
  test = split.heldOut.map(i => train[i]!);
  train = split.train.map(i => train[i]!);
}
if (perLabel !== undefined) {
  const split = holdOut(
    train.map(({ label }) => labels.indexOf(label)),
    0.5,
    100 + seed,
  );
  const order = [...split.train, ...split.heldOut];
  const seen = new Map<string, number>();
  train = order
    .map(i => train[i]!)
    .filter(({ label }) => {
      seen.set(label, (seen.get(label) ?? 0) + 1);
      return seen.get(label)! <= perLabel;
    });
}

const options = Object.fromEntries([...settings].map(([name, value]) => [name, Number(value)]));
const features = {
  ...(pairDistance !== undefined && { pairDistance }),
  ...(minCharacters !== undefined && { minCharacters }),
  ...(maxCharacters !== undefined && { maxCharacters }),
};
let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 50);
const cpu = process.cpuUsage();
let lastEpoch = 0;
const classifier = await trainTextClassifier({
  examples: train,
  seed,
  features,
  ...options,
  onProgress({ phase, done, total, figures, etaMs }) {
    if (quiet || !figures || (figures.epoch === lastEpoch && done !== total)) return;
    lastEpoch = figures.epoch!;
    const held =
      figures.heldOutAccuracy === undefined ? '' : `, held out ${(100 * figures.heldOutAccuracy).toFixed(2)} %`;
    console.log(
      `${phase} ${done}/${total}: loss ${figures.loss!.toFixed(3)}${held}, ${(etaMs! / 1000).toFixed(0)} s to go`,
    );
  },
});
const used = process.cpuUsage(cpu);
const started = performance.now();
const answers = await classifier.classify(test.map(({ text }) => text));
const perText = (performance.now() - started) / test.length;
clearInterval(watch);
const expected = test.map(({ label }) => classifier.labels.indexOf(label));
const rows = answers.map(({ probabilities }) => Object.values(probabilities));
const right = answers.filter(({ label }, i) => label === test[i]!.label).length;
const { training } = classifier;
console.log({
  settings: process.argv.slice(2).join(' '),
  accuracy: right / test.length,
  ece: expectedCalibrationError(rows, expected),
  temperature: classifier.temperature,
  heldOut: [training.heldOutAccuracy, training.calibrationError?.before, training.calibrationError?.after],
  epochs: training.epochs,
  parameters: classifier.parameters,
  megabytes: classifier.bytes / 1e6,
  trainSeconds: training.trainMs / 1000,
  cpuSeconds: (used.user + used.system) / 1e6,
  peakMegabytes: peak / 1e6,
  msPerText: perText,
  fingerprint: rows.flat().reduce((sum, p, i) => sum + p * ((i % 97) + 1), 0),
});
