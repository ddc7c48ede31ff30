// A conversation, shown message by message.
import { facts, type InputComponent, type InputOptions, type OutputComponent, reader } from './component.ts';

/** A message as a page shows it. */
export interface ChatMessage {
  readonly role: 'user' | 'assistant' | 'system';
  /** Markdown. */
  readonly content: string;
}

/** Options of {@link chat}. */
export interface ChatOptions extends InputOptions {
  readonly value?: readonly ChatMessage[];
}

/**
 * A conversation, from its first message to its last. Left out of a call: none yet.
 *
 * @example
 * ```ts
 * import { app, chat, text } from '@modeshift/ui';
 *
 * app({ title: '数' }).fn('count', { input: { history: chat() }, output: text() }, async ({ history }) => history.length);
 * ```
 */
export function chat<const Options extends ChatOptions>(
  options: Options = {} as Options,
): InputComponent<readonly ChatMessage[]> & OutputComponent<readonly ChatMessage[]> {
  const part = {
    type: 'object',
    properties: { type: { type: 'string' }, text: { type: 'string' } },
    required: ['type'],
  };
  const content = { anyOf: [{ type: 'string' }, part, { type: 'array', items: part }] };
  const message = {
    type: 'object',
    properties: { role: { type: 'string', enum: ['user', 'assistant', 'system'] }, content },
    required: ['role', 'content'],
  };
  const schema = { type: 'array', items: message };
  const value = options.value ?? [];
  return {
    kind: 'chat',
    ...facts({ ...options, value }),
    wire: {
      type: 'chatbot',
      className: 'Chatbot',
      schema: { ...schema, title: 'ChatbotDataMessages' },
      pythonType: 'list[dict]',
      example: [{ role: 'user', content: 'Hello!' }],
      props: { type: 'messages', value },
    },
    read: (wire, context) =>
      reader<readonly ChatMessage[], InputOptions>(schema, {}, given =>
        (given as { role: ChatMessage['role']; content: unknown }[]).map(one => ({
          role: one.role,
          content: textOf(one.content),
        })),
      )(wire ?? [], context) as readonly ChatMessage[],
    write: messages => messages.map(({ role, content }) => ({ role, content, metadata: null, options: null })),
  };
}

/** Clients send text, one part, or several. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = (Array.isArray(content) ? content : [content]) as { type: string; text?: string }[];
  return parts.flatMap(part => (part.type === 'text' && part.text !== undefined ? [part.text] : [])).join('\n');
}
