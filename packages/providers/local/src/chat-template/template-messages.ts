// Messages as Hugging Face's chat templates take them.
import { createHash } from 'node:crypto';
import { type FilePart, type Message, ModeshiftError, type TextPart, type ToolDefinition } from '@modeshift/core';
import { guardValue } from './guard-content.ts';

/** A message as a template sees it. */
export interface TemplateMessage {
  readonly role: string;
  readonly content: string;
  readonly reasoning_content?: string;
  readonly reasoning?: string;
  readonly thinking?: string;
  readonly tool_calls?: readonly TemplateToolCall[];
  readonly tool_call_id?: string;
  readonly name?: string;
}

/** A call of a tool as a template sees it. */
export interface TemplateToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: unknown };
}

/** How {@link templateMessages} writes what it finds. */
export interface TemplateMessageOptions {
  /** What stands in for a text of a role. */
  readonly write: (text: string, role: Message['role']) => string;
  /** The id of a tool call as the template wants it. */
  readonly callId: (id: string) => string;
  /** Gives arguments as JSON text rather than as an object. */
  readonly argumentsAsText: boolean;
}

/**
 * Messages of a conversation for a template. Tool results of one message become one message each; arguments are given as
 * objects where they are JSON.
 *
 * @throws ModeshiftError `unsupported` for a file.
 */
export function templateMessages(
  messages: readonly Message[],
  { write, callId, argumentsAsText }: TemplateMessageOptions,
): TemplateMessage[] {
  return messages.flatMap((message): TemplateMessage[] => {
    const { role } = message;
    const writeOwn = (text: string): string => write(text, role);
    switch (message.role) {
      case 'system':
        return [{ role, content: writeOwn(message.content) }];
      case 'user':
        return [{ role, content: writeOwn(textOf(message.content)) }];
      case 'tool':
        return message.content.map(({ id, name, content }) => ({
          role,
          name: writeOwn(name),
          tool_call_id: callId(id),
          content: writeOwn(textOf(content)),
        }));
      default: {
        if (typeof message.content === 'string') return [{ role, content: writeOwn(message.content) }];
        let text = '';
        let reasoning = '';
        const calls: TemplateToolCall[] = [];
        for (const part of message.content) {
          if (part.type === 'text') text += part.text;
          else if (part.type === 'reasoning') reasoning += part.text;
          else if (part.type === 'file') throw noFiles();
          else if (part.type === 'tool-call') {
            const name = writeOwn(part.name);
            const call = { name, arguments: argumentsOf(part.arguments, writeOwn, argumentsAsText) };
            calls.push({ id: callId(part.id), type: 'function', function: call });
          }
        }
        const thought = writeOwn(reasoning);
        return [
          {
            role,
            content: writeOwn(text),
            // Templates know the field by three names.
            ...(reasoning !== '' && { reasoning_content: thought, reasoning: thought, thinking: thought }),
            ...(calls.length > 0 && { tool_calls: calls }),
          },
        ];
      }
    }
  });
}

/** Tools in the form that templates share with OpenAI's wire. */
export function templateTools(tools: readonly ToolDefinition[]): unknown[] {
  return tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, ...(description !== undefined && { description }), parameters },
  }));
}

/** An id of nine letters and digits, as Mistral's templates demand. */
export function nineCharacterId(id: string): string {
  if (/^[a-zA-Z0-9]{9}$/.test(id)) return id;
  return createHash('sha256').update(id).digest('hex').slice(0, 9);
}

function textOf(content: string | readonly (TextPart | FilePart)[]): string {
  if (typeof content === 'string') return content;
  return content
    .map(part => {
      if (part.type === 'file') throw noFiles();
      return part.text;
    })
    .join('');
}

function argumentsOf(text: string, write: (text: string) => string, asText: boolean): unknown {
  if (asText) return write(text.trim() || '{}');
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return guardValue(value, write);
  } catch {
    // What the model wrote is shown to it again as it was.
  }
  return write(text);
}

function noFiles(): ModeshiftError {
  return new ModeshiftError(
    { tag: 'unsupported', feature: 'files in messages' },
    'Local models read text only: take the files out of the messages, or put their text in.',
  );
}
