// Keeps personal data and secrets from leaving, and puts them back into the answer.
import { invalidInput } from '../errors.ts';
import type { LanguageEvent, TokenLogprob } from '../language-event.ts';
import type { AssistantPart } from '../message.ts';
import type { LanguageCall, LanguageResult, ScoreResult } from '../models.ts';
import type { Middleware } from './middleware.ts';
import { personalRules, type RedactionRule, secretRules } from './redaction-rules.ts';
import { RedactionVault } from './redaction-vault.ts';
import { wrapModel } from './wrap-model.ts';

/** Options of {@link redact}. */
export interface RedactOptions {
  /** What to find. Left out: `personalRules` and `secretRules`. */
  readonly rules?: readonly RedactionRule[];
  /** Whether placeholders in an answer are replaced by what they stand for. Left out: true. */
  readonly restore?: boolean;
}

/**
 * Replaces what the rules find in the text of a call by placeholders such as `[EMAIL_1]`, so that the provider never sees it,
 * and puts it back into the answer: text, reasoning and arguments of tools, streamed or not. Files are not looked into, and
 * what a rule does not describe is not found.
 *
 * @throws ModeshiftError `invalid-input` for a rule without the `g` flag or with a name that cannot stand in a placeholder.
 * @example
 * ```ts
 * import { generateText, redact } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const inner = scriptedModel({ reply: () => '已发送到 [EMAIL_1]。' });
 * const model = redact()(inner);
 * const answer = await generateText({ model, messages: [{ role: 'user', content: '请写信给 li@example.com' }] });
 * console.log(answer.text, inner.journal[0]?.call.messages[0]?.content); // 已发送到 li@example.com。 请写信给 [EMAIL_1]
 * ```
 */
export function redact(options: RedactOptions = {}): Middleware {
  const { rules = [...secretRules, ...personalRules], restore = true } = options;
  for (const { name, pattern } of rules) {
    if (!/^[A-Z_]{1,30}$/.test(name)) throw invalidInput(`The rule "${name}" needs a name of letters A to Z and "_".`);
    if (!pattern.global) throw invalidInput(`The pattern of the rule "${name}" needs the g flag.`);
  }
  const hideCall = (vault: RedactionVault, call: LanguageCall): LanguageCall => ({
    ...call,
    messages: vault.hideMessages(call.messages),
  });
  return model =>
    wrapModel(model, {
      async once(operation, ctx, next) {
        const vault = new RedactionVault(rules);
        switch (operation.kind) {
          case 'generate': {
            const result = (await next(
              { kind: 'generate', call: hideCall(vault, operation.call) },
              ctx,
            )) as LanguageResult;
            return restore ? { ...result, content: result.content.map(part => showPart(vault, part)) } : result;
          }
          case 'score': {
            const { prompt, continuations } = operation.call;
            const hidden = typeof prompt === 'string' ? vault.hide(prompt) : vault.hideMessages(prompt);
            const call = { prompt: hidden, continuations: continuations.map(one => vault.hide(one)) };
            const result = (await next({ kind: 'score', call }, ctx)) as ScoreResult;
            // The caller knows its continuations by the text it gave.
            return { ...result, scores: result.scores.map((one, i) => ({ ...one, continuation: continuations[i]! })) };
          }
          case 'embed':
            return next({ kind: 'embed', texts: operation.texts.map(text => vault.hide(text)) }, ctx);
          case 'rerank': {
            const documents = operation.documents.map(text => vault.hide(text));
            return next({ kind: 'rerank', query: vault.hide(operation.query), documents }, ctx);
          }
          case 'count-tokens': {
            const { call } = operation;
            return next(
              { kind: 'count-tokens', call: typeof call === 'string' ? vault.hide(call) : hideCall(vault, call) },
              ctx,
            );
          }
        }
      },
      stream(call, ctx, next) {
        const vault = new RedactionVault(rules);
        const events = next(hideCall(vault, call), ctx);
        return restore ? showEvents(vault, events) : events;
      },
    });
}

function showPart(vault: RedactionVault, part: AssistantPart): AssistantPart {
  if (part.type === 'text' || part.type === 'reasoning') return { ...part, text: vault.show(part.text) };
  if (part.type === 'tool-call') return { ...part, arguments: vault.show(part.arguments, true) };
  return part;
}

function isNothing(event: LanguageEvent): boolean {
  if (event.type === 'text-delta') return event.text === '' && !event.logprobs;
  return event.type === 'reasoning-delta' && event.text === '' && !event.replay;
}

/** Holds back the end of a piece where a placeholder may have begun. */
async function* showEvents(
  vault: RedactionVault,
  events: AsyncIterable<LanguageEvent>,
): AsyncGenerator<LanguageEvent, void> {
  let type: 'text-delta' | 'reasoning-delta' = 'text-delta';
  let held = '';
  let logprobs: readonly TokenLogprob[] | undefined;
  for await (const event of events) {
    if (isNothing(event)) {
      // Does not end the part that is being written.
      yield event;
      continue;
    }
    if (held !== '' && event.type !== type) {
      yield { type, text: vault.show(held), ...(logprobs && { logprobs }) } as LanguageEvent;
      held = '';
      logprobs = undefined;
    }
    if (event.type === 'text-delta' || event.type === 'reasoning-delta') {
      type = event.type;
      const text = held + event.text;
      const end = event.type === 'reasoning-delta' && event.replay ? text.length : vault.safeEnd(text);
      held = text.slice(end);
      const here = event.type === 'text-delta' ? [...(logprobs ?? []), ...(event.logprobs ?? [])] : [];
      if (end === 0 && held !== '') {
        logprobs = here.length > 0 ? here : undefined;
        continue;
      }
      logprobs = undefined;
      yield { ...event, text: vault.show(text.slice(0, end)), ...(here.length > 0 && { logprobs: here }) };
    } else if (event.type === 'tool-call') {
      yield { ...event, arguments: vault.show(event.arguments, true) };
    } else if (event.type !== 'tool-call-delta') {
      // Pieces of arguments may cut a placeholder; the whole call follows them.
      yield event;
    }
  }
  if (held !== '') yield { type, text: vault.show(held), ...(logprobs && { logprobs }) } as LanguageEvent;
}
