// The engine's thread: one model, opened by the first call.
import { parentPort } from 'node:worker_threads';
import { ModeshiftError } from '@modeshift/core';
import { EmbeddingRuntime } from '../model/embedding-runtime.ts';
import type { ModelInfo, RuntimeKind } from '../model/engine-client.ts';
import type { ModelSource } from '../model/model-source.ts';
import { RerankerRuntime } from '../model/reranker-runtime.ts';
import { type CallScope, type Method, serveCalls } from './serve-calls.ts';

type Runtime = { readonly info: ModelInfo } & Readonly<Record<string, unknown>>;

const kinds: Readonly<
  Record<RuntimeKind, (source: ModelSource, settings: never, scope: CallScope) => Promise<object>>
> = {
  embedding: EmbeddingRuntime.open,
  reranker: RerankerRuntime.open,
};

let opened: Runtime | undefined;

const open = async (scope: CallScope, kind: RuntimeKind, source: ModelSource, settings: never): Promise<ModelInfo> => {
  opened ??= (await kinds[kind](source, settings, scope)) as Runtime;
  return opened.info;
};

const method =
  (name: string): Method =>
  (scope: CallScope, ...args: never[]) => {
    const found = opened?.[name] as ((scope: CallScope, ...args: never[]) => unknown) | undefined;
    if (!opened || !found) throw new ModeshiftError({ tag: 'internal' }, `The model in this thread cannot ${name}.`);
    return found.call(opened, scope, ...args);
  };

if (parentPort)
  serveCalls(parentPort, {
    open: open as Method,
    embed: method('embed'),
    rerank: method('rerank'),
  });
