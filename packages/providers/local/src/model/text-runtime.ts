// A generating checkpoint in the engine's thread: calls with messages and text in, events and scores out.
import { join } from 'node:path';
import {
  type LanguageCall,
  type LanguageEvent,
  type Message,
  ModeshiftError,
  type ScoreCall,
  type ScoredContinuation,
  type ScoreResult,
} from '@modeshift/core';
import { readAdapter } from '../adapters/read-adapter.ts';
import {
  type ChatTemplate,
  chatTemplate,
  encodeChat,
  outputFormatOf,
  readChatTemplate,
} from '../chat-template/index.ts';
import { type Checkpoint, openCheckpoint } from '../checkpoint/checkpoint.ts';
import { openLlama2c } from '../checkpoint/llama2c.ts';
import { Decoder } from '../engine/decoder.ts';
import { Generator } from '../engine/generator.ts';
import { compileGrammar, type GrammarVocabulary } from '../grammar/index.ts';
import { noNumbers } from '../network/no-numbers.ts';
import { readLlama2cTokenizer, readTokenizer, type Tokenizer } from '../tokenizer/index.ts';
import type { CallScope } from '../worker/serve-calls.ts';
import { AnswerEvents } from './answer-events.ts';
import { planAnswer } from './answer-plan.ts';
import type { LocalCallOptions } from './call-options.ts';
import type { ModelInfo } from './engine-client.ts';
import { type GenerationDefaults, readGenerationDefaults } from './generation-defaults.ts';
import { given } from './given.ts';
import { loadDirectory } from './load-directory.ts';
import { loadOptions, withCheckpoint } from './load-options.ts';
import type { ModelSource } from './model-source.ts';
import { requireTokens } from './require-tokens.ts';

/** What is known of a generating model. */
export interface TextInfo extends ModelInfo {
  readonly contextLength: number;
  readonly vocabularySize: number;
  /** Bytes of keys and values that one token takes. */
  readonly cacheBytesPerToken: number;
  readonly hasChatTemplate: boolean;
}

/** How a generating model is loaded. */
export interface TextSettings {
  readonly contextLength?: number;
  /** A Jinja template in place of the checkpoint's. */
  readonly chatTemplate?: string;
  /** Adapters to attach, by name: folders as PEFT saves them. */
  readonly adapters?: Readonly<Record<string, string>>;
  /** Folders of adapters to add to the weights. */
  readonly merge?: readonly string[];
  readonly maxConcurrent?: number;
  readonly maxWaiting?: number;
  readonly cacheBytes?: number;
  readonly guessAhead?: boolean;
}

interface Parts {
  /** What the model is called by its owner. */
  readonly name: string;
  readonly info: TextInfo;
  readonly generator: Generator;
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate | ModeshiftError;
  readonly defaults: GenerationDefaults;
  readonly vocabulary: GrammarVocabulary;
}

/** Generates and scores with a loaded model. */
export class TextRuntime {
  readonly info: TextInfo;
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.info = parts.info;
    this.#parts = parts;
  }

  static async open(source: ModelSource, settings: TextSettings, scope: CallScope): Promise<TextRuntime> {
    const directory = await loadDirectory(source, scope);
    const isFile = directory.endsWith('.bin');
    const tokenizer = isFile
      ? await readLlama2cTokenizer(join(directory, '..', 'tok512.bin'))
      : await readTokenizer(directory);
    const checkpoint = isFile ? await openLlama2c(directory) : await openCheckpoint(directory);
    const { contextLength, maxConcurrent, maxWaiting, cacheBytes, guessAhead, adapters = {}, merge = [] } = settings;
    const decoder = await withCheckpoint(checkpoint, async () => {
      requireTokens(tokenizer, checkpoint.config, directory);
      const merged = await Promise.all(merge.map(folder => readAdapter(folder)));
      const options = { ...loadOptions(source, scope), ...given({ contextLength }) };
      requirePositions(checkpoint, contextLength);
      return Decoder.load(checkpoint, merged.length > 0 ? { ...options, merge: merged } : options);
    });
    try {
      await requireNumbers(decoder, directory);
    } catch (error) {
      await decoder.dispose();
      throw error;
    }
    const generator = new Generator(decoder, given({ maxConcurrent, maxWaiting, cacheBytes, guessAhead }));
    try {
      for (const [name, folder] of Object.entries(adapters)) await generator.attach(name, await readAdapter(folder));
      return await TextRuntime.#assemble(source.checkpoint, directory, settings, { checkpoint, generator, tokenizer });
    } catch (error) {
      await generator.dispose();
      throw error;
    }
  }

  static async #assemble(
    name: string,
    directory: string,
    settings: TextSettings,
    { checkpoint, generator, tokenizer }: Pick<Parts, 'generator' | 'tokenizer'> & { readonly checkpoint: Checkpoint },
  ): Promise<TextRuntime> {
    const { decoder } = generator;
    const isFile = directory.endsWith('.bin');
    const template = await readTemplate(directory, settings.chatTemplate, tokenizer, isFile);
    const defaults = await readGenerationDefaults(directory, checkpoint.json, tokenizer);
    const { config } = checkpoint;
    return new TextRuntime({
      name,
      info: {
        directory,
        modelType: config.modelType,
        parameters: decoder.parameters,
        bytes: decoder.bytes,
        contextLength: decoder.contextLength,
        vocabularySize: config.vocabularySize,
        cacheBytesPerToken: 2 * 4 * config.layers * config.keyHeads * config.headSize,
        hasChatTemplate: !ModeshiftError.is(template),
      },
      generator,
      tokenizer,
      template,
      defaults,
      vocabulary: vocabularyOf(checkpoint, tokenizer, defaults.endTokens),
    });
  }

  /** Sends the events of an answer. */
  async stream(scope: CallScope, call: LanguageCall): Promise<void> {
    const { generator, tokenizer, defaults, vocabulary } = this.#parts;
    const plan = planAnswer(call, this.#planContext());
    const room = this.info.contextLength - plan.ids.length;
    if (room < 1) throw tooLong(plan.ids.length, this.info.contextLength, 'The prompt');
    const grammar = plan.grammar && compileGrammar(plan.grammar, vocabulary).matcher();
    const options = (call.providerOptions?.local ?? {}) as LocalCallOptions;
    const endTokens = new Set(defaults.endTokens);
    const events = new AnswerEvents(tokenizer, plan.format, call.stop ?? [], endTokens, plan.continues);
    const send = (event: LanguageEvent): void => scope.send(event);
    const generation = generator.generate({
      ids: plan.ids,
      maxTokens: Math.min(call.maxTokens ?? room, room),
      sampling: plan.sampling,
      stopTokens: endTokens,
      ...(grammar ? { grammar } : {}),
      ...(call.logprobs === undefined ? {} : { logprobs: call.logprobs }),
      ...(options.adapters ? { adapters: options.adapters } : {}),
      signal: scope.signal,
    });
    try {
      send({ type: 'response', modelId: this.#parts.name });
      for await (const token of generation) {
        for (const event of events.push(token)) send(event);
        if (events.stopped) break;
      }
      const summary = events.stopped ? undefined : await generation.summary;
      for (const event of events.end()) send(event);
      send({
        type: 'usage',
        usage: {
          inputTokens: plan.ids.length,
          outputTokens: events.tokens,
          cachedInputTokens: summary?.cachedPromptTokens,
        },
      });
      const reason = events.calledTool ? 'tool-calls' : (summary?.finishReason ?? 'stop');
      send({ type: 'finish', reason });
    } finally {
      grammar?.dispose();
    }
  }

  async score(scope: CallScope, { prompt, continuations }: ScoreCall, options: LocalCallOptions): Promise<ScoreResult> {
    const { generator, tokenizer } = this.#parts;
    const pairs = continuations.map(continuation => this.#scoredIds(prompt, continuation));
    // Continuations whose first token reaches into the prompt have another prompt; those with the same are scored together.
    const groups = new Map<string, number[]>();
    for (const [i, { prompt: ids }] of pairs.entries()) {
      const key = ids.join();
      groups.set(key, [...(groups.get(key) ?? []), i]);
    }
    const scores: ScoredContinuation[] = [];
    let inputTokens = 0;
    for (const members of groups.values()) {
      const shared = pairs[members[0]!]!.prompt;
      const scored = await generator.score({
        prompt: shared,
        continuations: members.map(i => pairs[i]!.continuation),
        ...(options.adapters ? { adapters: options.adapters } : {}),
        signal: scope.signal,
      });
      inputTokens += shared.length;
      for (const [k, i] of members.entries()) {
        const { logprobs } = scored[k]!;
        inputTokens += logprobs.length;
        scores[i] = {
          continuation: continuations[i]!,
          logprob: logprobs.reduce((a, b) => a + b, 0),
          tokens: logprobs.map((logprob, at) => ({
            token: tokenizer.decode([pairs[i]!.continuation[at]!]),
            logprob,
          })),
        };
      }
    }
    return { scores, usage: { inputTokens, outputTokens: 0, cachedInputTokens: undefined } };
  }

  countTokens(_: CallScope, call: string | LanguageCall): number {
    if (typeof call === 'string') return this.#parts.tokenizer.encode(call).length;
    return planAnswer(call, this.#planContext()).ids.length;
  }

  /** The prompt of a call as the model reads it: for looking at. */
  prompt(_: CallScope, call: LanguageCall): { text: string; ids: number[] } {
    const { ids } = planAnswer(call, this.#planContext());
    return { text: this.#parts.tokenizer.decode(ids), ids: [...ids] };
  }

  async attach(_: CallScope, name: string, folder: string): Promise<void> {
    await this.#parts.generator.attach(name, await readAdapter(folder));
  }

  detach(_: CallScope, name: string): void {
    this.#parts.generator.detach(name);
  }

  #planContext() {
    const { tokenizer, defaults, template, name } = this.#parts;
    return {
      name,
      tokenizer,
      defaults,
      template: () => {
        if (ModeshiftError.is(template)) throw template;
        return template;
      },
    };
  }

  #scoredIds(
    prompt: string | readonly Message[],
    continuation: string,
  ): { readonly prompt: readonly number[]; readonly continuation: readonly number[] } {
    const { tokenizer, defaults } = this.#parts;
    if (typeof prompt === 'string') {
      const ids = tokenizer.encodeContinuation(prompt, continuation, { addSpecialTokens: true, parseSpecial: true });
      if (ids.prompt.length > 0) return ids;
      const first = tokenizer.specialTokens.bos ?? defaults.endTokens[0];
      if (first === undefined)
        throw new ModeshiftError(
          { tag: 'invalid-input' },
          'The first token of a text has no probability with this model: give a prompt before the continuation.',
        );
      return { prompt: [first], continuation: ids.continuation };
    }
    const template = this.#planContext().template();
    // What is scored is the answer itself, so a model that can think is told not to, as for answers that keep to a grammar.
    const variables = outputFormatOf(template.source).thinks ? { enable_thinking: false } : {};
    const rendered = template.render(prompt, { addGenerationPrompt: true, variables });
    return {
      prompt: encodeChat(tokenizer, rendered).ids,
      continuation: tokenizer.encode(continuation, { parseSpecial: false }),
    };
  }
}

/** The error of a text that does not fit. */
export function tooLong(tokens: number, contextLength: number, what: string): ModeshiftError {
  return new ModeshiftError(
    { tag: 'context-length' },
    `${what} has ${tokens} tokens, and the model's context is ${contextLength}, the answer included. Shorten it, or choose a model with a longer context.`,
  );
}

/** Rotary positions are tables as long as the context: a config that claims too long a one is told what to do, not given the memory. */
function requirePositions({ config, folder }: Checkpoint, wanted = config.contextLength): void {
  const longest = Math.min(wanted, config.contextLength);
  const bytes = config.rope ? longest * config.headSize * Float32Array.BYTES_PER_ELEMENT : 0;
  if (bytes <= 2 ** 30) return;
  throw new ModeshiftError(
    { tag: 'unsupported', feature: 'memory' },
    `${folder} is made for ${longest} tokens, whose positions alone take ${(bytes / 1e9).toFixed(1)} GB. Give a contextLength of what you need.`,
  );
}

/** One pass, before anything is asked: weights that are no numbers would answer with the first token of the vocabulary for ever. */
async function requireNumbers(decoder: Decoder, place: string): Promise<void> {
  const first = { firstSlot: 0, ids: [0], lengths: [1], past: [0], rows: [0] };
  const { values } = await decoder.forward({ ...first, cache: decoder.cache(1, 1), want: 'logits' });
  if (!values.every(Number.isFinite)) throw noNumbers(place);
}

async function readTemplate(
  directory: string,
  own: string | undefined,
  tokenizer: Tokenizer,
  isFile: boolean,
): Promise<ChatTemplate | ModeshiftError> {
  if (own !== undefined) return chatTemplate({ source: own, tokenizer });
  try {
    return await readChatTemplate(isFile ? join(directory, '..') : directory, tokenizer);
  } catch (error) {
    // Told when a conversation is given; a base model is used without one.
    if (ModeshiftError.is(error, 'unsupported')) return error;
    throw error;
  }
}

function vocabularyOf({ config }: Checkpoint, tokenizer: Tokenizer, endTokens: readonly number[]): GrammarVocabulary {
  const tokens = Array.from({ length: config.vocabularySize }, (_, id) =>
    id < tokenizer.vocabularySize ? tokenizer.bytes(id) : undefined,
  );
  return { tokens, endTokens };
}
