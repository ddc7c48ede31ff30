// Ids of a rendered conversation, and which of them the assistant wrote.
import { ModeshiftError } from '@modeshift/core';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { RenderedChat } from './chat-template.ts';

/** A conversation as a model takes it. */
export interface EncodedChat {
  readonly ids: number[];
  /** 1 for each token that the assistant wrote, else 0; as long as `ids`. */
  readonly byAssistant: Uint8Array;
}

/**
 * Encodes a rendered conversation. The template has written BOS if the model wants one, so none is added. Where the assistant
 * begins or stops writing there is always a border between tokens, as there is when it generates.
 *
 * @example
 * ```ts
 * import { buildTokenizer, chatTemplate, encodeChat, trainBpe } from '@modeshift/local';
 *
 * const tokenizer = buildTokenizer(trainBpe({ texts: ['好'], vocabularySize: 258, specialTokens: ['<end>'] }));
 * const template = chatTemplate({ source: '{% for m in messages %}{{ m.content }}<end>{% endfor %}', tokenizer });
 * const chat = template.renderForTraining([{ role: 'user', content: 'a?' }, { role: 'assistant', content: 'b' }]);
 * console.log([...encodeChat(tokenizer, chat).byAssistant].join()); // 0,0,0,1,1
 * ```
 */
export function encodeChat(tokenizer: Tokenizer, { segments }: RenderedChat): EncodedChat {
  const { ids, starts } = tokenizer.encodeSegments(segments);
  const byAssistant = new Uint8Array(ids.length);
  let from = 0;
  let own = false;
  for (const [i, segment] of segments.entries()) {
    if (segment.byAssistant === own) continue;
    const start = starts[i]!;
    if (start < 0) {
      throw new ModeshiftError(
        { tag: 'unsupported', feature: 'training on this chat template' },
        `What the assistant wrote begins or ends within a token: ${JSON.stringify(segment.text.slice(0, 40))}. Change the chat template there.`,
      );
    }
    byAssistant.fill(own ? 1 : 0, from, start);
    from = start;
    own = segment.byAssistant;
  }
  byAssistant.fill(own ? 1 : 0, from);
  return { ids, byAssistant };
}
