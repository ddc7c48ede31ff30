// A thread ends between calls into the runtime: during one, the process would end with it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { gateMemory, guardExit, RuntimeGate, shutGate } from './runtime-gate.ts';

describe('the gate', () => {
  it('shuts once the calls under way are over, and lets none begin', async () => {
    const memory = gateMemory();
    const gate = new RuntimeGate(memory);
    gate.enter();
    gate.enter();
    let isShut = false;
    let asked = 0;
    const shutting = shutGate(memory, () => asked++).then(() => {
      isShut = true;
    });
    gate.leave();
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(isShut).toBe(false);
    expect(() => gate.enter()).toThrow();
    expect(asked).toBe(0);
    gate.leave();
    await new Promise(resolve => setTimeout(resolve, 20));
    expect([isShut, asked]).toEqual([false, 1]);
    gate.empty();
    await shutting;
    expect(() => gate.enter()).toThrow();
  });

  it('asks a thread that has loaded nothing for nothing', async () => {
    await shutGate(gateMemory(), () => expect.unreachable());
  });

  it('listens for the end of the process while there are threads', () => {
    const before = process.listenerCount('exit');
    const [one, two] = [gateMemory(), gateMemory()].map(memory => guardExit(memory, () => undefined)) as [
      () => void,
      () => void,
    ];
    expect(process.listenerCount('exit')).toBe(before + 1);
    one();
    two();
    expect(process.listenerCount('exit')).toBe(before);
  });
});

describe('a process that ends in the middle of answers', () => {
  const folder = fileURLToPath(new URL('../../fixtures/llama', import.meta.url));
  const index = new URL('../index.ts', import.meta.url).href;
  it.each([
    ['exits', 'process.exit(7)', 7],
    ['throws', 'setImmediate(() => { throw new Error("a bug of the user") })', 1],
    ['disposes', 'await Promise.all(models.map(model => model.dispose())); process.exitCode = 7', 7],
    ['gives up', 'controller.abort(); process.exitCode = 7', 7],
  ])('%s with its own code', (_, end, code) => {
    const source = `const { local } = await import(${JSON.stringify(index)});
      const models = Array.from({ length: 3 }, () => local(${JSON.stringify(folder)}));
      await Promise.all(models.map(model => model.load()));
      const controller = new AbortController();
      const call = { messages: [{ role: 'user', content: '数数' }], providerOptions: { local: { regex: '[0-9]+' } } };
      for (const model of models)
        (async () => { for await (const _ of model.stream(call, { signal: controller.signal })); })().catch(() => undefined);
      await new Promise(resolve => setTimeout(resolve, 60));
      ${end};`;
    const args = ['--conditions=modeshift-source', '--input-type=module', '--eval', source];
    const { status, signal, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 50_000 });
    expect([status, signal], stderr).toEqual([code, null]);
  });
});

describe('a worker of the user that has models in it', () => {
  const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
  const index = new URL('../index.ts', import.meta.url).href;
  it('is terminated or exits, and its process goes on', () => {
    const inside = `
      import { parentPort, workerData } from 'node:worker_threads';
      const { local, localEmbedding } = await import(${JSON.stringify(index)});
      const model = local(${JSON.stringify(fixture('llama'))});
      const embedding = localEmbedding(${JSON.stringify(fixture('bert-mean'))});
      await Promise.all([model.load(), embedding.load()]);
      if (workerData === 'exits') process.exit(3);
      parentPort.postMessage('ready');`;
    const source = `
      const { Worker } = await import('node:worker_threads');
      const ended = ['is terminated', 'exits'].map(workerData => new Promise((resolve, reject) => {
        const worker = new Worker(${JSON.stringify(inside)}, { eval: true, workerData });
        worker.on('message', () => worker.terminate()).on('error', reject).on('exit', resolve);
      }));
      console.log(...await Promise.all(ended));
      process.exitCode = 7;`;
    const args = ['--conditions=modeshift-source', '--input-type=module', '--eval', source];
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 50_000 });
    expect([status, signal, stdout.trim()], stderr).toEqual([7, null, '1 3']);
  });
});
