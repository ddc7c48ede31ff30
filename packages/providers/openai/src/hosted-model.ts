// A language model with what its service does besides answering: tuning, batches and, at OpenAI, counting.
import type {
  BatchContext,
  BatchJob,
  BatchModel,
  CallContext,
  LanguageCall,
  LanguageEvent,
  LanguageModel,
  LanguageResult,
  Price,
  TokenCountingModel,
  TunableModel,
  TuneCheckpoint,
  TuneJob,
  TuneSpec,
} from '@modeshift/core';
import type { RemoteJob } from '@modeshift/core/provider';
import { startBatch } from './batch-job.ts';
import type { ChatModel } from './chat-model.ts';
import { countPromptTokens } from './count-prompt-tokens.ts';
import type { Endpoint } from './endpoint.ts';
import type { ResponsesModel } from './responses-model.ts';
import { ServiceClient } from './service-client.ts';
import type { ResponsesDialect } from './to-responses-request.ts';
import { followTuning, listCheckpoints, startTuning } from './tune-job.ts';

/** A tuning job at a service that keeps its states. */
export type RemoteTuneJob<Tuned extends LanguageModel = LanguageModel> = TuneJob<Tuned> &
  Required<Pick<TuneJob<Tuned>, 'checkpoints'>>;

/** A model that can be tuned where it is served. */
export interface RemoteTunableModel<Tuned extends LanguageModel = LanguageModel> extends TunableModel<Tuned> {
  tune(spec: TuneSpec, ctx: CallContext): RemoteTuneJob<Tuned>;
  resumeTune(id: string, ctx: CallContext): RemoteTuneJob<Tuned>;
}

/** How a hosted model is made: once, and again for every model tuned from it. */
export interface HostedSettings {
  readonly endpoint: Endpoint;
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
    return startBatch(this.#service, this.#inner.batchWire, calls, context, this.price);
  }

  tune(spec: TuneSpec, context: CallContext): RemoteTuneJob<HostedModel> {
    return this.#tuned(startTuning(this.#service, spec, context), context);
  }

  resumeTune(id: string, context: CallContext): RemoteTuneJob<HostedModel> {
    return this.#tuned(
      followTuning(this.#service, () => Promise.resolve(id), context),
      context,
    );
  }

  #tuned(job: RemoteJob<string>, context: CallContext): RemoteTuneJob<HostedModel> {
    const result = job.result.then(name => new HostedModel(name, this.#settings));
    // Whoever follows only the progress must not be told twice.
    result.catch(() => undefined);
    const checkpoints = async (): Promise<TuneCheckpoint<HostedModel>[]> =>
      (await listCheckpoints(this.#service, await job.id, context)).map(({ step, figures, modelId }) => ({
        step,
        figures,
        model: new HostedModel(modelId, this.#settings),
      }));
    return { id: job.id, progress: job.progress, result, cancel: job.cancel, checkpoints };
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
