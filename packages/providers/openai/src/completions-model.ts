// A scoring model over text completions, for servers that echo the prompt with its log-probabilities.
import {
  addUsage,
  type CallContext,
  invalidInput,
  type Message,
  ModeshiftError,
  type Price,
  type ScoreCall,
  type ScoredContinuation,
  type ScoreResult,
  type ScoringModel,
  throwIfAborted,
  type Usage,
} from '@modeshift/core';
import { type EchoedChoice, noEcho, scoreEcho } from './echo-score.ts';
import type { Endpoint } from './endpoint.ts';
import { mapUsage } from './map-usage.ts';
import { otherAnswer, throwIfErrorBody } from './other-answer.ts';
import { ServiceClient } from './service-client.ts';
import type { WireUsage } from './wire.ts';

const path = '/completions';

/** The class behind `openaiCompletions`. */
export class CompletionsModel implements ScoringModel {
  readonly provider: string;
  readonly modelId: string;
  readonly price: Price | undefined;
  readonly #service: ServiceClient;
  readonly #batchSize: number;
  readonly #template: ((messages: readonly Message[]) => string) | undefined;
  /** 0 asks for nothing new; 1 for servers that refuse 0. Learnt once. */
  #maxTokens = 0;

  constructor(
    modelId: string,
    endpoint: Endpoint,
    options: {
      readonly batchSize: number;
      readonly template: ((messages: readonly Message[]) => string) | undefined;
      readonly price: Price | undefined;
    },
  ) {
    this.provider = endpoint.provider;
    this.modelId = modelId;
    this.price = options.price;
    this.#service = new ServiceClient(endpoint, modelId);
    this.#batchSize = options.batchSize;
    this.#template = options.template;
  }

  async score(call: ScoreCall, context: CallContext): Promise<ScoreResult> {
    const prompt = this.#promptText(call.prompt);
    if (prompt === '')
      throw invalidInput('Scoring needs a prompt: the first token of a text has no probability on this wire.');
    if (call.continuations.some(continuation => continuation === '')) throw invalidInput('A continuation is empty.');
    const scores: ScoredContinuation[] = [];
    const usages: Usage[] = [];
    for (let i = 0; i < call.continuations.length; i += this.#batchSize) {
      throwIfAborted(context.signal);
      const part = call.continuations.slice(i, i + this.#batchSize);
      const { choices, usage } = await this.#echo(
        part.map(continuation => prompt + continuation),
        context,
      );
      for (const [k, continuation] of part.entries())
        scores.push(scoreEcho(prompt, continuation, choices[k], this.#service.host));
      usages.push(usage);
    }
    return { scores, usage: addUsage(usages) };
  }

  async #echo(texts: readonly string[], context: CallContext): Promise<{ choices: EchoedChoice[]; usage: Usage }> {
    return await this.#service.request(path, context, async (client, options) => {
      const ask = (): Promise<unknown> =>
        client.completions.create(
          {
            model: this.modelId,
            prompt: texts.length === 1 ? texts[0]! : [...texts],
            echo: true,
            logprobs: 1,
            max_tokens: this.#maxTokens,
            temperature: 0,
            stream: false,
          },
          options,
        );
      let body: unknown;
      try {
        body = await ask().catch(error => {
          if (this.#maxTokens > 0 || !refuses(error, /max_tokens|max tokens|maxTokens/i)) throw error;
          this.#maxTokens = 1;
          return ask();
        });
      } catch (error) {
        throw refuses(error, /echo|logprobs/i) ? noEcho(this.#service.host) : error;
      }
      throwIfErrorBody(body);
      const { choices, usage } = (body ?? {}) as { choices?: EchoedChoice[]; usage?: WireUsage };
      if (!Array.isArray(choices)) throw otherAnswer(body, 'a text completion', this.#service.host);
      const ordered = choices.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0));
      return { choices: ordered, usage: mapUsage(usage) };
    });
  }

  #promptText(prompt: ScoreCall['prompt']): string {
    if (typeof prompt === 'string') return prompt;
    if (this.#template) return this.#template(prompt);
    throw new ModeshiftError(
      { tag: 'unsupported', feature: 'messages' },
      'Text completions score text, not messages. Pass the prompt as a string, or a template that turns messages into text.',
    );
  }
}

function refuses(error: unknown, words: RegExp): boolean {
  const { status, message } = (error ?? {}) as { status?: unknown; message?: unknown };
  return (status === 400 || status === 422) && typeof message === 'string' && words.test(message);
}
