// `app(…)`: a page, declared function by function.
import { invalidInput } from '@modeshift/core';
import { type Job, type JobEngine, memoryJobs } from '@modeshift/jobs';
import {
  type AnyChatHandler,
  type AnyChatSpec,
  type ChatHandler,
  type ChatInputs,
  type ChatOutputs,
  type ChatSpec,
  chatEndpoint,
  settingWords,
} from './chat-endpoint.ts';
import type { BatchContext, PageContext } from './context.ts';
import { type AnySpec, endpointOf, streams } from './declare.ts';
import type { Endpoint } from './endpoint.ts';
import type { FunctionSpec, Handler, Inputs, Outputs, ResultOf, ValuesOf } from './function-spec.ts';
import { type JobHandler, type JobSpec, jobParts } from './job-endpoints.ts';
import { type Layout, namesIn } from './layout.ts';
import { checkTriggers } from './trigger.ts';

/** An app's words in other languages. */
export type Translations = Readonly<Partial<Record<'en' | 'zh', Readonly<Record<string, string>>>>>;

/** Options of {@link app}. */
export interface AppOptions<State> {
  readonly title: string;
  /** A sentence or more below the title, in markdown. */
  readonly description?: string;
  /** Left out: `auto`, as the visitor's system says. */
  readonly theme?: 'auto' | 'light' | 'dark';
  /** The language of the page's own words. Left out: `auto`, as the visitor's browser says. */
  readonly lang?: 'auto' | 'en' | 'zh';
  /**
   * The app's own words (titles, labels, notes, choices, examples, what columns are called) in other languages, by the words as they are
   * declared: `{ zh: { Send: '发送' } }`. The page shows them in the visitor's language; calls and clients see what was declared.
   */
  readonly translations?: Translations;
  /** Called when a server of this app has ended: for models and files that the app holds. */
  readonly onClose?: () => Promise<void>;
  /** Makes the state of a new session. Must be data (what `structuredClone` takes). Left out: `undefined`. */
  readonly state?: () => State;
  /** What runs jobs, e.g. `openJobs('jobs.db')`; closed when the server ends. Left out: in memory, gone when the process ends. */
  readonly jobs?: JobEngine;
}

/** What an {@link App} has been told, for the server. */
export interface AppDefinition {
  readonly title: string;
  readonly description: string | undefined;
  readonly theme: 'auto' | 'light' | 'dark';
  readonly lang: 'auto' | 'en' | 'zh';
  readonly translations: Translations;
  readonly onClose: () => Promise<void>;
  readonly makeState: () => unknown;
  /** Begins to run jobs. */
  readonly startJobs: () => void;
  /** Stops it. */
  readonly stopJobs: () => Promise<void>;
  readonly endpoints: readonly Endpoint[];
  readonly layout: Layout;
}

/** Options of a function that answers several calls at once. */
export interface BatchSpec<I extends Inputs, O extends Outputs> extends FunctionSpec<I, O> {
  readonly batch: {
    /** Calls that are answered together at most. */
    readonly maxSize: number;
    /** How long the first call waits for others, in milliseconds. Left out: 0, only for those that come in the same moment. */
    readonly waitMs?: number;
  };
}

/** A name that is free, or a sentence that says it is not. */
export type FreeName<Name extends string, Taken extends string> = Name extends Taken
  ? `The name "${Name}" is taken by another function of this app.`
  : Name;

/** A page. Made by {@link app}. */
export class App<State = undefined, Names extends string = never> {
  readonly #endpoints: Endpoint[] = [];
  readonly #options: AppOptions<State>;
  #layout: Layout | undefined;
  readonly #jobs: Job[] = [];
  #engine: JobEngine | undefined;

  constructor(options: AppOptions<State>) {
    if (typeof options?.title !== 'string' || options.title.trim() === '') throw invalidInput('An app needs a title.');
    oneOf('theme', options.theme, ['auto', 'light', 'dark']);
    oneOf('lang', options.lang, ['auto', 'en', 'zh']);
    this.#options = options;
  }

  /**
   * Adds a function. An async function answers once; an async generator streams.
   *
   * @throws ModeshiftError `invalid-input` for a name that is taken or no name, an unknown option, an output-only component
   * among the inputs, or a handler that is neither.
   * @example
   * ```ts
   * import { app, text } from '@modeshift/ui';
   *
   * app({ title: '逐字' }).fn('spell', { input: { words: text() }, output: text() }, async function* ({ words }, ctx) {
   *   let shown = '';
   *   for (const letter of words) {
   *     if (ctx.signal.aborted) return;
   *     yield (shown += letter);
   *   }
   * });
   * ```
   */
  fn<
    const Name extends string,
    const I extends Inputs = Record<never, never>,
    const O extends Outputs = Record<never, never>,
  >(
    name: FreeName<Name, Names>,
    spec: FunctionSpec<I, O>,
    handler: Handler<NoInfer<I>, NoInfer<O>, State>,
  ): App<State, Names | Name> {
    const isStream = streams(name, handler);
    const run = handler as (input: unknown, ctx: PageContext<unknown>) => Promise<unknown> | AsyncIterable<unknown>;
    return this.#add(
      endpointOf(name, spec as AnySpec, 'function', isStream, toValues => ({
        type: 'single',
        run: (input, ctx) => {
          const given = run(input, ctx);
          return Symbol.asyncIterator in given ? mapped(given, toValues) : given.then(toValues);
        },
      })),
    );
  }

  /**
   * Adds a function that answers several waiting calls at once, as models do best.
   *
   * @throws ModeshiftError `invalid-input` as `fn`, and for sizes that make no sense.
   * @example
   * ```ts
   * import { app, number, text } from '@modeshift/ui';
   *
   * app({ title: '批' }).batch('length', { input: { words: text() }, output: number(), batch: { maxSize: 8 } }, async inputs =>
   *   inputs.map(({ words }) => [...words].length),
   * );
   * ```
   */
  batch<
    const Name extends string,
    const I extends Inputs = Record<never, never>,
    const O extends Outputs = Record<never, never>,
  >(
    name: FreeName<Name, Names>,
    spec: BatchSpec<I, O>,
    handler: (inputs: readonly ValuesOf<NoInfer<I>>[], ctx: BatchContext) => Promise<readonly ResultOf<NoInfer<O>>[]>,
  ): App<State, Names | Name> {
    if (streams(name, handler)) throw invalidInput(`"${name}" answers batches: it cannot be a generator.`);
    const { maxSize, waitMs = 0 } = spec.batch ?? {};
    if (!Number.isInteger(maxSize) || !(maxSize >= 1))
      throw invalidInput(`"${name}": batch.maxSize must be a whole number from 1.`);
    if (!(waitMs >= 0)) throw invalidInput(`"${name}": batch.waitMs must be 0 or more.`);
    const run = handler as (inputs: readonly unknown[], ctx: BatchContext) => Promise<readonly unknown[]>;
    return this.#add(
      endpointOf(name, spec as AnySpec, 'function', false, toValues => ({
        type: 'batch',
        maxSize,
        waitMs,
        run: async (inputs, ctx) => {
          const answers = await run(inputs, ctx);
          if (!Array.isArray(answers) || answers.length !== inputs.length)
            throw invalidInput(
              `The handler of "${name}" must give one answer for each of its ${inputs.length} inputs.`,
            );
          return answers.map(toValues);
        },
      })),
    );
  }

  /**
   * Adds a conversation: over a model, or over a handler that yields pieces of text. Called as `message` and `history`, it
   * answers with the text so far. What a person sets beside it are `inputs`: they may choose the model.
   *
   * @throws ModeshiftError `invalid-input` as `fn`, and where there is neither a model nor a handler, or both.
   * @example
   * ```ts
   * import { scriptedModel } from '@modeshift/testing';
   * import { app } from '@modeshift/ui';
   *
   * app({ title: '聊天' }).chat('chat', { model: scriptedModel({ reply: () => '你好！' }), system: '用中文回答。' });
   * ```
   * @example
   * ```ts
   * import { scriptedModel } from '@modeshift/testing';
   * import { app, dropdown } from '@modeshift/ui';
   *
   * const models = { 快: scriptedModel({ reply: () => '好' }), 慢: scriptedModel({ reply: () => '让我想想：好' }) };
   * const inputs = { which: dropdown(['快', '慢'], { value: '快', label: '模型' }) };
   * app({ title: '选一个' }).chat('chat', { inputs, model: ({ which }) => models[which] });
   * ```
   */
  chat<
    const Name extends string,
    const I extends ChatInputs = Record<never, never>,
    const O extends ChatOutputs = Record<never, never>,
  >(
    name: FreeName<Name, Names>,
    spec: ChatSpec<I, O>,
    handler?: ChatHandler<State, NoInfer<I>, NoInfer<O>>,
  ): App<State, Names | Name> {
    return this.#add(chatEndpoint(name, spec as unknown as AnyChatSpec, handler as AnyChatHandler | undefined));
  }

  /**
   * Adds a detached run: calling `name` starts it and answers at once with the run's id; `name_watch` shows what it has done
   * so far and follows it; `name_cancel` stops it; `name_retry` starts one again that did not get done; `name_runs` lists them.
   * Closing the page stops nothing.
   *
   * @throws ModeshiftError `invalid-input` as `fn`.
   * @example
   * ```ts
   * import { app, number, text } from '@modeshift/ui';
   *
   * const spec = { input: { steps: number({ value: 3 }) }, output: text() };
   * app({ title: '训练' }).job('train', spec, async function* ({ steps }, ctx) {
   *   for (let step = 1; step <= steps; step++) {
   *     ctx.progress(step, steps, { unit: 'steps' });
   *     yield `第 ${step} 步`;
   *   }
   * });
   * ```
   */
  job<
    const Name extends string,
    const I extends Inputs = Record<never, never>,
    const O extends Outputs = Record<never, never>,
    Prepared = ValuesOf<NoInfer<I>>,
  >(
    name: FreeName<Name, Names>,
    spec: JobSpec<I, O, State, Prepared>,
    handler: JobHandler<NoInfer<I>, NoInfer<O>, NoInfer<Prepared>>,
  ): App<State, Names | Name | `${Name}_${'watch' | 'cancel' | 'retry' | 'runs'}`> {
    const parts = jobParts(name, spec as AnySpec, handler as unknown as JobHandler<Inputs, Outputs>, () =>
      this.#running(),
    );
    for (const endpoint of parts.endpoints) this.#add(endpoint);
    this.#jobs.push(parts.job);
    return this as never;
  }

  /**
   * Says where the functions stand. Left out: below each other. Functions that are not named can be called, but are not shown.
   *
   * @throws ModeshiftError `invalid-input` for a name that no function has, or that is there twice.
   */
  layout(layout: Layout<Names>): this {
    const names = namesIn(layout);
    const unknown = names.find(name => !this.#endpoints.some(one => one.name === name));
    if (unknown !== undefined) throw invalidInput(`The layout has "${unknown}", which is no function of this app.`);
    const repeated = names.find((name, i) => names.indexOf(name) !== i);
    if (repeated !== undefined) throw invalidInput(`The layout has "${repeated}" twice.`);
    this.#layout = layout;
    return this;
  }

  /**
   * What has been declared so far.
   *
   * @throws ModeshiftError `invalid-input` where a function is triggered by, or fills, what is not there.
   */
  get definition(): AppDefinition {
    const { title, description, theme = 'auto', lang = 'auto', state, translations = {}, onClose } = this.#options;
    checkTriggers(this.#endpoints);
    // What watches, cancels, retries and lists the runs of a job is drawn with the job.
    const beside = new Set(
      this.#jobs.flatMap(({ name }) => ['watch', 'cancel', 'retry', 'runs'].map(word => `${name}_${word}`)),
    );
    return {
      title,
      description,
      theme,
      lang,
      translations: { ...translations, zh: { ...settingWords, ...translations.zh } },
      onClose: onClose ?? (async () => {}),
      makeState: state ?? (() => undefined),
      startJobs: () => {
        if (this.#jobs.length > 0) for (const job of this.#jobs) this.#running().define(job);
      },
      stopJobs: async () => {
        const engine = this.#engine;
        this.#engine = undefined;
        await engine?.close();
      },
      endpoints: [...this.#endpoints],
      layout: this.#layout ?? {
        type: 'column',
        children: this.#endpoints.filter(one => one.isListed && !beside.has(one.name)).map(one => one.name),
      },
    };
  }

  #running(): JobEngine {
    this.#engine ??= this.#options.jobs ?? memoryJobs();
    return this.#engine;
  }

  /** The same app, with its names in its type. */
  #add<All extends string>(endpoint: Endpoint): App<State, All> {
    if (this.#endpoints.some(one => one.name === endpoint.name))
      throw invalidInput(`The name "${endpoint.name}" is taken by another function of this app.`);
    this.#endpoints.push(endpoint);
    return this as unknown as App<State, All>;
  }
}

/**
 * Begins a page: give it functions with `fn`, `batch`, `chat` and `job`, then serve it.
 *
 * @throws ModeshiftError `invalid-input` without a title, and for an unknown theme or language.
 * @example
 * ```ts
 * import { app, serve, text } from '@modeshift/ui';
 *
 * const page = app({ title: '问候', lang: 'zh', state: () => ({ calls: 0 }) }).fn(
 *   'greet',
 *   { input: { name: text({ label: '名字' }) }, output: text() },
 *   async ({ name }, ctx) => `你好，${name}！第 ${++ctx.session.state.calls} 次。`,
 * );
 * const server = await serve(page, { port: 0 });
 * const body = JSON.stringify({ data: ['小明'], session_hash: 'a' });
 * const answer = await fetch(`${server.url}/gradio_api/run/greet`, { method: 'POST', body });
 * console.log((await answer.json()).data[0]); // 你好，小明！第 1 次。
 * await server.close();
 * ```
 */
export function app<State = undefined>(options: AppOptions<State>): App<State> {
  return new App(options);
}

async function* mapped<T>(source: AsyncIterable<unknown>, map: (value: unknown) => T): AsyncGenerator<T> {
  for await (const value of source) yield map(value);
}

function oneOf(what: string, value: string | undefined, choices: readonly string[]): void {
  if (value !== undefined && !choices.includes(value))
    throw invalidInput(`The ${what} "${value}" is none of ${choices.join(', ')}.`);
}
