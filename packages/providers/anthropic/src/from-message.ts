// From a whole message to a result.
import { type AssistantPart, type LanguageResult, ModeshiftError } from '@modeshift/core';
import { mapFinishReason } from './map-finish-reason.ts';
import { mapUsage } from './map-usage.ts';
import { argumentsOf, partsOfBlock } from './read-block.ts';
import type { WireMessage } from './wire.ts';

/**
 * Maps a message. `answerTool` is the tool that stands for structured output: its arguments are the text of the answer.
 *
 * @throws ModeshiftError `invalid-response` when it is none, e.g. a web page.
 */
export function fromMessage(body: unknown, host: string, answerTool?: string): LanguageResult {
  const message = (typeof body === 'object' && body !== null ? body : {}) as WireMessage;
  if (!Array.isArray(message.content)) {
    const what = typeof body === 'string' && body.trimStart().startsWith('<') ? 'a web page' : 'something else';
    throw new ModeshiftError(
      { tag: 'invalid-response' },
      `${host} answered with ${what} instead of a message. Check the base URL: it must speak the Messages API of Anthropic.`,
    );
  }
  const blocks = message.content;
  const isAnswer = (name: string | undefined): boolean => answerTool !== undefined && name === answerTool;
  const answered = blocks.some(block => block.type === 'tool_use' && isAnswer(block.name));
  const content: AssistantPart[] = [];
  for (const block of blocks) {
    // What was said beside a structured answer is no part of it.
    if (answered && block.type === 'text') continue;
    if (block.type === 'tool_use' && isAnswer(block.name))
      content.push({ type: 'text', text: argumentsOf(block.input) });
    else for (const part of partsOfBlock(block)) append(content, part);
  }
  const reason = mapFinishReason(message.stop_reason ?? '');
  const onlyAnswered = answered && reason === 'tool-calls' && !content.some(part => part.type === 'tool-call');
  return {
    content,
    finishReason: onlyAnswered ? 'stop' : reason,
    usage: mapUsage(message.usage),
    ...(message.id && { responseId: message.id }),
    ...(message.model && { modelId: message.model }),
  };
}

/** Adds a part as a stream would: text after text is one text. */
function append(content: AssistantPart[], part: AssistantPart): void {
  const last = content.at(-1);
  if (part.type === 'text' && last?.type === 'text')
    content[content.length - 1] = { type: 'text', text: last.text + part.text };
  else content.push(part);
}
