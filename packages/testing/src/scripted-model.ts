// A language model that answers from a script and remembers what it was asked.
import {
  type CallContext,
  type LanguageCall,
  type LanguageEvent,
  type LanguageModel,
  type Price,
  throwIfAborted,
  type Usage,
} from '@modeshift/core';

/** What a script may answer: text, the events themselves, or the error to throw. */
export type ScriptedReply = string | readonly LanguageEvent[] | Error;

/** Options of {@link scriptedModel}. */
export interface ScriptedModelOptions {
  /** The answer to a call; `index` counts the calls from 0. */
  readonly reply: (call: LanguageCall, index: number) => ScriptedReply | Promise<ScriptedReply>;
  readonly price?: Price;
  /** Left out: `scripted`. */
  readonly provider?: string;
  /** Left out: `script`. */
  readonly modelId?: string;
  /**
   * Usage of a reply that is a string. Left out: one token per Unicode code point of the prompt and of the answer, so that a
   * test can work costs out by hand.
   */
  readonly usage?: (call: LanguageCall, reply: string) => Usage;
  /** Unicode code points per `text-delta` of a reply that is a string. Left out: 4. */
  readonly deltaLength?: number;
}

/** One call that a scripted model received. */
export interface ScriptedCall {
  readonly call: LanguageCall;
  readonly context: CallContext;
}

/** A {@link scriptedModel}: a language model with a journal. */
export interface ScriptedModel extends LanguageModel {
  /** Every call so far, in order. */
  readonly journal: readonly ScriptedCall[];
}

/**
 * A language model that answers from a script, for tests of everything that takes a `LanguageModel`.
 *
 * @example
 * ```ts
 * import { generateText } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const model = scriptedModel({ reply: call => (call.messages.length > 1 ? 'billing' : 'delivery') });
 * const answer = await generateText({ model, messages: [{ role: 'user', content: '我的包裹在哪里？' }] });
 * console.log(answer.text, model.journal.length); // delivery 1
 * ```
 */
export function scriptedModel(options: ScriptedModelOptions): ScriptedModel {
  const journal: ScriptedCall[] = [];
  const usage = options.usage ?? countCodePoints;
  const deltaLength = Math.max(1, options.deltaLength ?? 4);
  return {
    provider: options.provider ?? 'scripted',
    modelId: options.modelId ?? 'script',
    price: options.price,
    journal,
    async *stream(call, context) {
      throwIfAborted(context.signal);
      const index = journal.length;
      journal.push({ call, context });
      const reply = await options.reply(call, index);
      throwIfAborted(context.signal);
      if (reply instanceof Error) throw reply;
      if (typeof reply !== 'string') {
        for (const event of reply) {
          throwIfAborted(context.signal);
          yield event;
        }
        return;
      }
      const points = [...reply];
      for (let i = 0; i < points.length; i += deltaLength) {
        throwIfAborted(context.signal);
        yield { type: 'text-delta', text: points.slice(i, i + deltaLength).join('') };
      }
      yield { type: 'usage', usage: usage(call, reply) };
      yield { type: 'finish', reason: 'stop' };
    },
  };
}

function countCodePoints(call: LanguageCall, reply: string): Usage {
  let inputTokens = 0;
  for (const message of call.messages) {
    if (typeof message.content === 'string') inputTokens += [...message.content].length;
    else for (const part of message.content) if (part.type === 'text') inputTokens += [...part.text].length;
  }
  return { inputTokens, outputTokens: [...reply].length };
}
