import { readFileSync } from 'node:fs';
import { trainTextClassifier } from '@modeshift/local';

for (const lang of ['zh']) {
  const accs: number[] = [];
  for (const seed of [0, 1]) {
    const { train, test } = JSON.parse(readFileSync(`/tmp/exp/xq-${lang}-${seed}.json`, 'utf8'));
    const c = await trainTextClassifier({ examples: train, seed, ...JSON.parse(process.argv[2]!) });
    const a = await c.classify(test.map((t: any) => t.text));
    accs.push(a.filter((x, i) => x.label === test[i].label).length / test.length);
    if (seed === 2) console.log(c.training.trainMs, c.training.epochs, c.parameters);
  }
  console.log(lang, accs, accs.reduce((a, b) => a + b) / 3);
}
