// One side of the decoding benchmark, in a process of its own. Reads lines of JSON (requests, tokens, length, seed), answers with milliseconds of processor
// time to the first token, those of a token once every request has its first (what prompts cost is not in them), and the tokens of the first request. Arguments: `ours` or `peer`, the weights in JSON, the model, the folder of the peer.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { WeightFormat } from '../../src/network/quantise.ts';

const [side, weights, model, place, threads] = process.argv.slice(2) as [string, string, string, string, string];

/** Generates greedily; calls back at each token. */
type Generate = (prompt: readonly number[], tokens: number, onToken: (id: number) => void) => Promise<void>;

async function ours(): Promise<Generate> {
  const { openCheckpoint } = await import('../../src/checkpoint/checkpoint.ts');
  const { Decoder } = await import('../../src/engine/decoder.ts');
  const { Generator } = await import('../../src/engine/generator.ts');
  const decoder = await Decoder.load(await openCheckpoint(model), {
    weights: JSON.parse(weights) as WeightFormat,
    threads: Number(threads),
  });
  // The peer computes every prompt anew, so ours must not find it among its kept ones: each prompt is another. And what random weights
  // say repeats itself, which would make guesses right more often than in texts.
  const generator = new Generator(decoder, { guessAhead: false });
  return async (prompt, tokens, onToken) => {
    const request = { ids: prompt, maxTokens: tokens, sampling: { temperature: 0 }, stopTokens: new Set<number>() };
    for await (const { id } of generator.generate(request)) onToken(id);
  };
}

interface Sequence {
  evaluate(tokens: readonly number[], options: object): AsyncIterable<number>;
  clearHistory(): Promise<void>;
}

async function theirs(): Promise<Generate> {
  const entry = createRequire(join(place, 'package.json')).resolve('node-llama-cpp');
  const { getLlama } = (await import(pathToFileURL(entry).href)) as {
    getLlama(options: object): Promise<{
      loadModel(options: object): Promise<{ createContext(options: object): Promise<{ getSequence(): Sequence }> }>;
    }>;
  };
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    progressLogs: false,
    logLevel: 'error',
    maxThreads: Number(threads),
  });
  const loaded = await llama.loadModel({ modelPath: model });
  const context = await loaded.createContext({ sequences: 8, contextSize: 512, threads: Number(threads) });
  const free = Array.from({ length: 8 }, () => context.getSequence());
  return async (prompt, tokens, onToken) => {
    const sequence = free.pop()!;
    await sequence.clearHistory();
    let count = 0;
    for await (const id of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
      onToken(id);
      if (++count === tokens) break;
    }
    free.push(sequence);
  };
}

/** Milliseconds that this process has computed on all threads: what else runs on the machine does not count. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const generate = await (side === 'ours' ? ours() : theirs());
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const { requests, tokens, length, seed } = JSON.parse(line) as Record<string, number>;
  const start = processorTime();
  let first = 0;
  let waiting = requests!;
  let decodingSince = 0;
  let decoded = 0;
  const ids: number[] = [];
  await Promise.all(
    Array.from({ length: requests! }, (_, i) => {
      const prompt = [
        1,
        ...Array.from({ length: length! - 1 }, (_, k) => 300 + ((seed! * 7919 + i * 104_729 + k * 31) % 20_000)),
      ];
      let began = false;
      return generate(prompt, tokens!, id => {
        first ||= processorTime() - start;
        if (waiting === 0) decoded++;
        else if (!began && --waiting === 0) decodingSince = processorTime();
        began = true;
        if (i === 0) ids.push(id);
      });
    }),
  );
  console.log(JSON.stringify({ first, each: (processorTime() - decodingSince) / decoded, ids }));
}
