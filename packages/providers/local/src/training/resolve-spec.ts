// A training spec with every default filled in, checked against the model before anything is loaded.
import { availableParallelism } from 'node:os';
import { invalidInput, ModeshiftError, type TrainLoss, type TrainSpec } from '@modeshift/core';
import type { ModelDropout } from '../architectures/architecture.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { checkDevice, type Device } from '../network/device.ts';
import type { TooLong } from './length-rule.ts';
import type { ClassificationLoss, ContrastiveLoss } from './text-losses.ts';
import type { PreferenceLoss } from './token-losses.ts';
import type { VirtualTokens } from './training-graph.ts';

/** The ways of choosing what is trained. */
export const trainMethods = [
  'full',
  'last-layers',
  'embeddings',
  'lora',
  'rslora',
  'dora',
  'soft-prompt',
  'prefix',
  'head',
] as const;

/** A way of choosing what is trained. */
export type TrainMethod = (typeof trainMethods)[number];

/** A loss with nothing left out. */
export type ResolvedLoss = { readonly kind: 'causal' } | PreferenceLoss | ClassificationLoss | ContrastiveLoss;

/** A spec with nothing left out. */
export interface ResolvedSpec {
  readonly spec: TrainSpec;
  readonly method: TrainMethod;
  readonly loss: ResolvedLoss;
  readonly virtual: VirtualTokens | undefined;
  readonly learningRate: number;
  readonly clipNorm: number;
  readonly weightDecay: number;
  readonly batchSize: number;
  /** Tokens in memory at once. */
  readonly tokens: number;
  readonly packing: boolean;
  readonly groupByLength: boolean;
  readonly maxLength: number;
  readonly tooLong: TooLong;
  readonly seed: number;
  /** The model's own. */
  readonly dropout: ModelDropout;
  readonly threads: number | undefined;
  readonly device: Device;
}

const noDropout: ModelDropout = { embeddings: 0, attention: 0, hidden: 0, classifier: 0 };

const defaultRates: Readonly<Record<TrainMethod, number>> = {
  full: 2e-5,
  'last-layers': 2e-5,
  embeddings: 2e-5,
  lora: 2e-4,
  rslora: 2e-4,
  dora: 2e-4,
  'soft-prompt': 1e-3,
  prefix: 1e-3,
  head: 1e-3,
};

/** Whether a method puts LoRA or a relative of it on linear layers. */
export const isLora = (method: TrainMethod): boolean => method === 'lora' || method === 'rslora' || method === 'dora';

const whole = (what: string, value: number, least = 1): number => {
  if (!(Number.isInteger(value) && value >= least))
    throw invalidInput(`${what} must be a whole number of at least ${least}, got ${value}.`);
  return value;
};

/**
 * Fills a spec in.
 *
 * @throws ModeshiftError `unsupported` for a method that is not known or that the model cannot be trained by, `invalid-input` for
 * settings that contradict each other or are out of range.
 */
export function resolveSpec({ architecture, config, folder }: Checkpoint, spec: TrainSpec): ResolvedSpec {
  const method = trainMethods.find(one => one === spec.method);
  if (!method)
    throw new ModeshiftError(
      { tag: 'unsupported', feature: `training by "${spec.method}"` },
      `"${spec.method}" is no method of training here. There are: ${trainMethods.join(', ')}.`,
    );
  const loss = resolveLoss(spec.loss ?? { kind: 'causal' }, architecture.kind);
  const { batches = {}, optimizer = {} } = spec;
  const refuse = (feature: string, advice: string): never => {
    throw new ModeshiftError({ tag: 'unsupported', feature }, `${folder}: ${feature} is not possible. ${advice}`);
  };
  const encoder = architecture.kind === 'encoder';
  if (encoder && (loss.kind === 'causal' || loss.kind === 'preference'))
    refuse(`a ${loss.kind} loss on an encoder`, 'Use classification or contrastive, or a decoder.');
  const isPrompt = method === 'soft-prompt' || method === 'prefix';
  if (isPrompt && (encoder || loss.kind === 'classification' || loss.kind === 'contrastive'))
    refuse(`${method} with this model and loss`, 'Prompts are trained on decoders with a causal or preference loss.');
  if (method === 'head' && loss.kind !== 'classification')
    refuse('training a head without a classification loss', 'Give loss: { kind: "classification", labels: [...] }.');
  if (batches.packing && encoder) refuse('packing on an encoder', 'Leave batches.packing out.');
  if (batches.packing && method === 'prefix') refuse('packing with a prefix', 'Leave batches.packing out.');
  if (method === 'last-layers') {
    const layers = whole('layers', spec.layers ?? Number.NaN);
    if (layers > config.layers) throw invalidInput(`layers is ${layers}, and ${folder} has ${config.layers} of them.`);
  }
  const given = { lora: isLora(method), softPrompt: method === 'soft-prompt', prefix: method === 'prefix' };
  for (const [field, fits] of Object.entries(given))
    if (spec[field as keyof typeof given] !== undefined && !fits)
      throw invalidInput(`"${field}" is given and the method is "${method}"; leave it out or change the method.`);
  checkLora(spec);
  const virtual: VirtualTokens | undefined = isPrompt
    ? {
        kind: method === 'prefix' ? 'prefix' : 'soft-prompt',
        tokens: whole(`${method} tokens`, (method === 'prefix' ? spec.prefix?.tokens : spec.softPrompt?.tokens) ?? 20),
      }
    : undefined;
  const room = config.contextLength - (virtual?.tokens ?? 0);
  const maxLength = whole('batches.maxLength', batches.maxLength ?? room);
  if (maxLength > room)
    throw invalidInput(`batches.maxLength is ${maxLength}, and ${folder} has room for ${room} tokens.`);
  const learningRate = spec.learningRate ?? defaultRates[method];
  const clipNorm = optimizer.clipNorm ?? 1;
  const weightDecay = optimizer.weightDecay ?? 0;
  if (!(learningRate >= 0 && Number.isFinite(learningRate)))
    throw invalidInput(`learningRate must be a number of at least 0, got ${learningRate}.`);
  if (!(clipNorm > 0)) throw invalidInput(`optimizer.clipNorm must be above 0, got ${clipNorm}.`);
  if (!(weightDecay >= 0)) throw invalidInput(`optimizer.weightDecay must be at least 0, got ${weightDecay}.`);
  const { threads, device = 'cpu', dropout = loss.kind !== 'preference' } = spec.options ?? {};
  if (typeof dropout !== 'boolean')
    throw invalidInput(
      `options.dropout is ${JSON.stringify(dropout)}; it must be true, as the checkpoint says, or false.`,
    );
  return {
    spec,
    method,
    loss,
    virtual,
    learningRate,
    clipNorm,
    weightDecay,
    batchSize: whole('batches.size', batches.size ?? 8),
    tokens: whole('batches.tokens', batches.tokens ?? 4096),
    packing: batches.packing ?? false,
    groupByLength: batches.groupByLength ?? false,
    maxLength,
    tooLong: checkTooLong(batches.tooLong ?? 'error'),
    seed: spec.seed ?? 0,
    dropout: dropout ? config.dropout : noDropout,
    threads:
      threads === undefined ? undefined : Math.min(whole('options.threads', Number(threads)), availableParallelism()),
    device: checkDevice(String(device)),
  };
}

function checkTooLong(name: TooLong): TooLong {
  if (['error', 'truncate-prompt', 'drop'].includes(name)) return name;
  throw invalidInput(`batches.tooLong must be error, truncate-prompt or drop, and it is ${JSON.stringify(name)}.`);
}

function checkLora({ lora = {} }: TrainSpec): void {
  const { rank = 8, dropout = 0, alpha = 1, rankPattern = {} } = lora;
  for (const value of [rank, ...Object.values(rankPattern)]) whole('lora.rank', value);
  if (!(dropout >= 0 && dropout < 1)) throw invalidInput(`lora.dropout must be in [0, 1), got ${dropout}.`);
  if (!Number.isFinite(alpha)) throw invalidInput(`lora.alpha must be a number, got ${alpha}.`);
}

function resolveLoss(loss: TrainLoss, kind: 'encoder' | 'decoder'): ResolvedLoss {
  switch (loss.kind) {
    case 'causal':
      return loss;
    case 'classification': {
      const { labels, problem = 'single-label' } = loss;
      const names = typeof labels === 'number' ? Array.from({ length: labels }, (_, i) => `LABEL_${i}`) : labels;
      if (names.length === 0 || (names.length === 1 && problem === 'single-label'))
        throw invalidInput(`loss.labels: a ${problem} classification needs more than ${names.length}.`);
      if (new Set(names).size < names.length) throw invalidInput('loss.labels names a class twice.');
      return { kind: 'classification', labels: names, problem };
    }
    case 'contrastive': {
      const { temperature = 0.05, symmetric = false, pooling = kind === 'encoder' ? 'mean' : 'last' } = loss;
      if (!(temperature > 0)) throw invalidInput(`loss.temperature must be above 0, got ${temperature}.`);
      if (pooling === 'first' && kind === 'decoder')
        throw invalidInput('loss.pooling is "first", and the first token of a decoder sees nothing else: use "last".');
      return { kind: 'contrastive', temperature, symmetric, pooling };
    }
    case 'preference': {
      const { form = 'dpo', gamma = 0.5 } = loss;
      const { beta = form === 'simpo' ? 2 : 0.1, perToken = form !== 'dpo' } = loss;
      if (!(beta > 0)) throw invalidInput(`loss.beta must be above 0, got ${beta}.`);
      return { kind: 'preference', form, beta, gamma, perToken };
    }
  }
}
