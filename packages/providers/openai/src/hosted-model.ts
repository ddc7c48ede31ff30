// A language model with what its service does besides answering: tuning, batches and, at OpenAI, counting.
import type {
  CallContext,
  LanguageCall,
  LanguageEvent,
  LanguageModel,
  LanguageResult,
  Price,
  TokenCountingModel,
  TunableModel,
  TuneJob,
  TuneSpec,
} from '@modeshift/core';
import { type BatchContext, type BatchJob, type BatchModel, startBatch } from './batch-job.ts';
import type { ChatModel } from './chat-model.ts';
import { countPromptTokens } from './count-prompt-tokens.ts';
import type { Endpoint } from './endpoint.ts';
import type { RemoteJob } from './remote-job.ts';
import type { ResponsesModel } from './responses-model.ts';
import { ServiceClient } from './service-client.ts';
import type { ResponsesDialect } from './to-responses-request.ts';
import { followTuning, startTuning } from './tune-job.ts';

/** A model that can be tuned where it is served. */
export interface RemoteTunableModel<Tuned extends LanguageModel = LanguageModel> extends TunableModel<Tuned> {
  /** Follows a job that was started before, perhaps by another process. */
  resumeTune(id: string, ctx: CallContext): TuneJob<Tuned>;
}

/** How a hosted model is made: once, and again for every model tuned from it. */
export interface HostedSettings {
  readonly endpoint: Endpoint;
  readonly pollMs: number;
  /** The model that answers, by its name. */
  make(modelId: string): ChatModel | ResponsesModel;
}

/** A language model whose service also tunes it and takes batches. */
export class HostedModel implements LanguageModel, BatchModel, RemoteTunableModel<HostedModel> {
  readonly provider: string;
  readonly modelId: string;
  readonly price: Price | undefined;
  readonly #settings: HostedSettings;
  readonly #inner: ChatModel | ResponsesModel;
  readonly #service: ServiceClient;

  constructor(modelId: string, settings: HostedSettings) {
    this.#inner = settings.make(modelId);
    this.provider = this.#inner.provider;
    this.modelId = modelId;
    this.price = this.#inner.price;
    this.#settings = settings;
    this.#service = new ServiceClient(settings.endpoint, modelId);
  }

  generate(call: LanguageCall, context: CallContext): Promise<LanguageResult> {
    return this.#inner.generate(call, context);
  }

  stream(call: LanguageCall, context: CallContext): AsyncIterable<LanguageEvent> {
    return this.#inner.stream(call, context);
  }

  batch(calls: readonly LanguageCall[], context: BatchContext): BatchJob {
    return startBatch(this.#service, this.#inner.batchWire, calls, context, this.#settings.pollMs);
  }

  tune(spec: TuneSpec, context: CallContext): TuneJob<HostedModel> {
    return this.#tuned(startTuning(this.#service, spec, context, this.#settings.pollMs));
  }

  resumeTune(id: string, context: CallContext): TuneJob<HostedModel> {
    return this.#tuned(followTuning(this.#service, () => Promise.resolve(id), context, this.#settings.pollMs));
  }

  #tuned(job: RemoteJob<string>): TuneJob<HostedModel> {
    const result = job.result.then(name => new HostedModel(name, this.#settings));
    // Whoever follows only the progress must not be told twice.
    result.catch(() => undefined);
    return { id: job.id, progress: job.progress, result, cancel: job.cancel };
  }
}

/** The same at OpenAI, whose tokens can be counted. */
export class OpenAIHostedModel extends HostedModel implements TokenCountingModel {
  readonly #counter: ServiceClient;
  readonly #dialect: ResponsesDialect;

  constructor(modelId: string, settings: HostedSettings, dialect: ResponsesDialect) {
    super(modelId, settings);
    this.#counter = new ServiceClient(settings.endpoint, modelId);
    this.#dialect = dialect;
  }

  countTokens(call: string | LanguageCall, context: CallContext): Promise<number> {
    return countPromptTokens(this.#counter, call, this.#dialect, context);
  }
}
