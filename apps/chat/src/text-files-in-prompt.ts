// Files of text become part of the prompt, so that every model can read them; pictures and PDF go to the model as they are.
import { type FilePart, type LanguageModel, type Message, type TextPart, wrapModel } from '@modeshift/core';

/** A model that reads files of text, whatever it could before. */
export function textFilesInPrompt<M extends LanguageModel>(model: M): M {
  return wrapModel(model, {
    stream: (call, context, next) => next({ ...call, messages: call.messages.map(inlined) }, context),
  });
}

function inlined(message: Message): Message {
  if (message.role !== 'user' || typeof message.content === 'string') return message;
  const parts = message.content.map(asText);
  // Plain text is what every chat template takes.
  const texts = parts.flatMap(part => (part.type === 'text' ? [part.text] : []));
  return { ...message, content: texts.length === parts.length ? texts.join('\n\n') : parts };
}

function asText(part: TextPart | FilePart): TextPart | FilePart {
  if (part.type !== 'file' || !(part.data instanceof Uint8Array)) return part;
  if (!/^text\/|^application\/(json|jsonl|xml|yaml)$/.test(part.mediaType)) return part;
  return { type: 'text', text: `${part.filename ?? 'file'}:\n${new TextDecoder().decode(part.data)}` };
}
