// The engine's thread: one model, opened by the first call.
import { parentPort, workerData } from 'node:worker_threads';
import { Session, watchRuntime } from '@modeshift/autograd';
import { ModeshiftError, throwIfAborted } from '@modeshift/core';
import { EmbeddingRuntime } from '../model/embedding-runtime.ts';
import type { RuntimeKind } from '../model/engine-client.ts';
import type { ModelSource } from '../model/model-source.ts';
import { RerankerRuntime } from '../model/reranker-runtime.ts';
import { TextRuntime } from '../model/text-runtime.ts';
import { TrainingRuntime } from '../model/training-runtime.ts';
import { RuntimeGate } from './runtime-gate.ts';
import { type CallScope, type Method, serveCalls } from './serve-calls.ts';

type Runtime = { readonly info: unknown } & Readonly<Record<string, unknown>>;

const kinds: Readonly<
  Record<RuntimeKind, (source: ModelSource, settings: never, scope: CallScope) => Promise<object>>
> = {
  text: TextRuntime.open,
  embedding: EmbeddingRuntime.open,
  reranker: RerankerRuntime.open,
  training: TrainingRuntime.open,
};

/** What each runtime offers, by the names that its owner calls. */
const methods = [
  ...['stream', 'score', 'countTokens', 'prompt', 'attach', 'detach'],
  ...['embed', 'rerank'],
  ...['step', 'forwardBackward', 'optimStep', 'evaluate', 'logits', 'train', 'goOn'],
  ...['saveState', 'loadState', 'save', 'mergeAndSave'],
];

let opened: Runtime | undefined;
let opening: Promise<unknown> = Promise.resolve();

/** Loads one at a time: a load that was cancelled may still be at work, and two would take the memory twice. */
function open(scope: CallScope, kind: RuntimeKind, source: ModelSource, settings: never): Promise<unknown> {
  const work = opening.then(async () => {
    throwIfAborted(scope.signal);
    opened ??= (await kinds[kind](source, settings, scope)) as Runtime;
    return opened.info;
  });
  opening = work.catch(() => undefined);
  return work;
}

function method(name: string): Method {
  return (scope: CallScope, ...args: never[]) => {
    const found = opened?.[name] as ((scope: CallScope, ...args: never[]) => unknown) | undefined;
    if (!opened || !found) throw new ModeshiftError({ tag: 'internal' }, `The model in this thread cannot ${name}.`);
    return found.call(opened, scope, ...args);
  };
}

if (parentPort) {
  const gate = new RuntimeGate(workerData as SharedArrayBuffer);
  watchRuntime(gate);
  const end = async (): Promise<void> => {
    await Session.releaseAll();
    gate.empty();
    process.exit();
  };
  serveCalls(
    parentPort,
    { open: open as Method, ...Object.fromEntries(methods.map(name => [name, method(name)])) },
    () => void end(),
  );
}
