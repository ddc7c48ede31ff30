// One answer of a language model, whole.
import type { CallContext } from './call-context.ts';
import { ModeshiftError, throwIfAborted } from './errors.ts';
import type { FinishReason, TokenLogprob } from './language-event.ts';
import type { AssistantPart } from './message.ts';
import type { LanguageCall, LanguageModel, LanguageResult } from './models.ts';
import { costOf, type Usage, unknownUsage } from './usage.ts';

/** What {@link generateText} gives. */
export interface GenerateTextResult extends LanguageResult {
  /** The text parts of `content`, joined. */
  readonly text: string;
  /** Price in US dollars; `undefined` where the price or the usage is unknown. */
  readonly usd: number | undefined;
}

/**
 * Asks a language model and waits for the whole answer. Uses the wire's own non-streaming request where there is one.
 *
 * @throws ModeshiftError with the provider's reason; `aborted` when `signal` fires.
 */
export async function generateText(
  call: LanguageCall & { readonly model: LanguageModel } & CallContext,
): Promise<GenerateTextResult> {
  const { model, signal, headers, ...rest } = call;
  throwIfAborted(signal);
  const ctx: CallContext = { ...(signal && { signal }), ...(headers && { headers }) };
  const result = model.generate ? await model.generate(rest, ctx) : await collect(model, rest, ctx);
  const text = result.content.map(part => (part.type === 'text' ? part.text : '')).join('');
  return { ...result, text, usd: costOf(result.usage, model.price) };
}

async function collect(model: LanguageModel, call: LanguageCall, ctx: CallContext): Promise<LanguageResult> {
  const content: AssistantPart[] = [];
  let text: string[] = [];
  let reasoning: string[] = [];
  const logprobs: TokenLogprob[] = [];
  let usage: Usage = unknownUsage;
  let finishReason: FinishReason | undefined;
  let responseId: string | undefined;
  let modelId: string | undefined;
  const flush = (): void => {
    if (reasoning.length > 0) content.push({ type: 'reasoning', text: reasoning.join('') });
    if (text.length > 0) content.push({ type: 'text', text: text.join('') });
    reasoning = [];
    text = [];
  };
  for await (const event of model.stream(call, ctx)) {
    switch (event.type) {
      case 'response':
        responseId = event.id;
        modelId = event.modelId;
        break;
      case 'text-delta':
        if (reasoning.length > 0) flush();
        text.push(event.text);
        if (event.logprobs) logprobs.push(...event.logprobs);
        break;
      case 'reasoning-delta':
        if (text.length > 0) flush();
        reasoning.push(event.text);
        break;
      case 'tool-call':
        flush();
        content.push({ type: 'tool-call', id: event.id, name: event.name, arguments: event.arguments });
        break;
      case 'source':
        flush();
        content.push(event.source);
        break;
      case 'file':
        flush();
        content.push(event.file);
        break;
      case 'usage':
        usage = event.usage;
        break;
      case 'finish':
        finishReason = event.reason;
        break;
    }
  }
  flush();
  if (finishReason === undefined) {
    throw new ModeshiftError(
      { tag: 'interrupted' },
      `${model.provider} ended the answer before it was complete. Try again.`,
    );
  }
  return {
    content,
    finishReason,
    usage,
    ...(logprobs.length > 0 && { logprobs }),
    ...(responseId !== undefined && { responseId }),
    ...(modelId !== undefined && { modelId }),
  };
}
