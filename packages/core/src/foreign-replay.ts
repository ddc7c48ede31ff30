// What a provider may send back of another provider's reasoning: nothing.
import type { Message } from './message.ts';

/**
 * Removes the opaque replay data of other providers from a history, so that a conversation can go on with another model.
 * Reasoning text stays; a part that held nothing but foreign data goes. Providers call it before they build a request.
 *
 * @example
 * ```ts
 * import { dropForeignReplay } from '@modeshift/core';
 *
 * const history = dropForeignReplay(
 *   [{ role: 'assistant', content: [{ type: 'reasoning', text: '想', replay: { provider: 'a', data: 'x' } }] }],
 *   'b',
 * );
 * console.log(JSON.stringify(history[0]?.content)); // [{"type":"reasoning","text":"想"}]
 * ```
 */
export function dropForeignReplay(messages: readonly Message[], provider: string): readonly Message[] {
  return messages.map(message => {
    if (message.role !== 'assistant' || typeof message.content === 'string') return message;
    const isForeign = (part: (typeof message.content)[number]): boolean =>
      part.type === 'reasoning' && part.replay !== undefined && part.replay.provider !== provider;
    if (!message.content.some(isForeign)) return message;
    const content = message.content.flatMap(part => {
      if (part.type !== 'reasoning' || !isForeign(part)) return [part];
      return part.text === '' ? [] : [{ type: 'reasoning' as const, text: part.text }];
    });
    return { ...message, content };
  });
}
