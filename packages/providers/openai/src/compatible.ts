// `compatible(preset)`: the models of a server that speaks the same wire.
import { type BatchModel, type EmbeddingModel, invalidInput, type Price, type ScoringModel } from '@modeshift/core';
import { ChatModel } from './chat-model.ts';
import { resolveEndpoint } from './endpoint.ts';
import { HostedModel, type RemoteTunableModel } from './hosted-model.ts';
import type { GeneratingModel } from './openai.ts';
import { type OpenAICompletionsOptions, scoringAt } from './openai-completions.ts';
import { embeddingAt, type OpenAIEmbeddingOptions } from './openai-embedding.ts';
import type { EndpointOptions } from './options.ts';
import type { Preset } from './presets.ts';

/** A server: one of `presets`, or its own `baseURL`, with whatever is to be changed. */
export interface CompatibleOptions extends Omit<EndpointOptions, 'price'>, Partial<Preset> {
  readonly baseURL?: string;
}

/** What a server's models may be given besides their names. */
export interface CompatibleModelOptions {
  /** Left out: unknown. */
  readonly price?: Price;
}

/** What `providerOptions` of calls to a server take: fields of the wire, under the provider's name. */
export type CallOptionsOf<Options extends CompatibleOptions> = {
  readonly [Name in Options extends { readonly provider: infer Name extends string } ? Name : 'compatible']?: Readonly<
    Record<string, unknown>
  >;
};

/** The models of a server: `scoring` and `embedding` are there only where the server is known to have them. */
export type Compatible<Options extends CompatibleOptions> = {
  /** A language model over chat completions. */
  language(
    modelId: string,
    options?: CompatibleModelOptions,
  ): GeneratingModel<CallOptionsOf<Options>> &
    (Options extends { readonly tuning: true }
      ? RemoteTunableModel<GeneratingModel<CallOptionsOf<Options>>>
      : unknown) &
    (Options extends { readonly batches: true } ? BatchModel : unknown);
} & (Options extends { readonly embeddings: false }
  ? unknown
  : {
      /** An embedding model; `dimensions` must be said. */
      embedding(
        modelId: string,
        options: CompatibleModelOptions & Pick<OpenAIEmbeddingOptions, 'dimensions' | 'limits' | 'encoding'>,
      ): EmbeddingModel;
    }) &
  (Options extends { readonly scoring: true }
    ? {
        /** A model that scores given continuations. */
        scoring(
          modelId: string,
          options?: CompatibleModelOptions & Pick<OpenAICompletionsOptions, 'batchSize' | 'template'>,
        ): ScoringModel;
      }
    : unknown);

/**
 * The models of a server that speaks OpenAI's wire: a preset, or just a `baseURL` of a server that is as OpenAI's. What a
 * server is known to lack is refused before any I/O; scoring, which few servers offer, does not compile elsewhere.
 *
 * A key is taken from the preset's environment variable and sent to the preset's own hosts only; with another `baseURL` pass
 * `apiKey`.
 *
 * @throws ModeshiftError `invalid-input` without a `baseURL`, `authentication` where a hosted service has no key, and as `openai`.
 * @example
 * ```ts
 * import { compatible, presets } from '@modeshift/openai';
 *
 * const vllm = compatible({ ...presets.vllm, baseURL: 'http://127.0.0.1:8000/v1' });
 * const model = vllm.language('qwen3-4b');
 * const scorer = vllm.scoring('qwen3-4b-base');
 * console.log(model.provider, typeof scorer.score); // vllm function
 * ```
 */
export function compatible<const Options extends CompatibleOptions>(options: Options): Compatible<Options> {
  const { provider = 'compatible', baseURL } = options;
  if (baseURL === undefined) {
    throw invalidInput(
      `${provider} has no address of its own: it depends on your account or region. Pass baseURL, mostly ending in /v1.`,
    );
  }
  const endpoint = resolveEndpoint({ ...options, baseURL }, undefined, {
    provider,
    ...(options.keyVariable !== undefined && { keyVariable: options.keyVariable }),
    hosts: options.hosts ?? [],
  });
  const dialect = {
    ...options,
    provider,
    maxTokensField: options.maxTokensField ?? 'max_tokens',
    includeUsage: options.includeUsage ?? true,
  };
  const models = {
    language: (modelId: string, { price }: CompatibleModelOptions = {}) => {
      if (modelId.trim() === '') throw invalidInput('The model has no name.');
      const make = (name: string) => new ChatModel(name, endpoint, dialect, name === modelId ? price : undefined);
      if (!options.tuning && !options.batches) return make(modelId);
      return new HostedModel(modelId, { endpoint, make });
    },
    ...(options.embeddings !== false && {
      embedding: (modelId: string, wishes: OpenAIEmbeddingOptions) =>
        embeddingAt(
          modelId,
          { ...(options.embeddingLimits && { limits: options.embeddingLimits }), ...wishes },
          endpoint,
        ),
    }),
    ...(options.scoring && {
      scoring: (modelId: string, wishes: OpenAICompletionsOptions = {}) => scoringAt(modelId, wishes, endpoint),
    }),
  };
  return models as unknown as Compatible<Options>;
}
