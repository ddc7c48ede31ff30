// Settings that a call takes when it gives none of its own.
import type { LanguageCall } from '../models.ts';
import type { Middleware } from './middleware.ts';
import { wrapModel } from './wrap-model.ts';

/**
 * Gives calls of a language model settings that they do not give themselves. Provider options are joined per provider.
 *
 * @example
 * ```ts
 * import { defaultSettings, generateText } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const inner = scriptedModel({ reply: () => '好' });
 * const model = defaultSettings({ temperature: 0, maxTokens: 100 })(inner);
 * await generateText({ model, maxTokens: 5, messages: [{ role: 'user', content: '?' }] });
 * console.log(inner.journal[0]?.call.temperature, inner.journal[0]?.call.maxTokens); // 0 5
 * ```
 */
export function defaultSettings(settings: Omit<LanguageCall, 'messages'>): Middleware {
  const filled = (call: LanguageCall): LanguageCall => {
    const given = Object.fromEntries(Object.entries(call).filter(([, value]) => value !== undefined));
    const names = new Set([...Object.keys(settings.providerOptions ?? {}), ...Object.keys(call.providerOptions ?? {})]);
    const providerOptions = Object.fromEntries(
      [...names].map(name => [name, { ...settings.providerOptions?.[name], ...call.providerOptions?.[name] }]),
    );
    return { ...settings, ...given, ...(names.size > 0 && { providerOptions }) } as LanguageCall;
  };
  return model =>
    wrapModel(model, {
      once: (operation, ctx, next) =>
        next(operation.kind === 'generate' ? { kind: 'generate', call: filled(operation.call) } : operation, ctx),
      stream: (call, ctx, next) => next(filled(call), ctx),
    });
}
