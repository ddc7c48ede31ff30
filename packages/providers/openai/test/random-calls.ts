// Random calls that make sense, for requests that must be valid whatever is asked.
import type { AssistantPart, FilePart, LanguageCall, Message, Random, TextPart, ToolDefinition } from '@modeshift/core';

const words = ['你好', 'hello', '“引号”', '\n', '🎉', '<|im_end|>', '{"a":1}', ' ', '包裹在哪里？'];

/** What the wire in question can carry. */
export interface Carries {
  readonly sound: boolean;
  readonly anyFile: boolean;
  readonly sampling: boolean;
}

/** A call whose every field is right for a wire. */
export function randomCall(rng: Random, carries: Carries): LanguageCall {
  const tools = maybe(rng, () => Array.from({ length: 1 + rng.integer(3) }, (_, i) => randomTool(rng, i)));
  return {
    messages: conversation(rng, carries),
    ...when(rng, 'maxTokens', () => 16 + rng.integer(4000)),
    ...when(rng, 'temperature', () => rng.integer(21) / 10),
    ...when(rng, 'topP', () => rng.integer(11) / 10),
    ...when(rng, 'logprobs', () => rng.integer(21)),
    ...when(rng, 'reasoning', () => pick(rng, ['none', 'minimal', 'low', 'medium', 'high'] as const)),
    ...when(rng, 'promptCacheKey', () => text(rng)),
    ...(carries.sampling && {
      ...when(rng, 'stop', () => Array.from({ length: 1 + rng.integer(4) }, () => text(rng))),
      ...when(rng, 'seed', () => rng.integer(1e6)),
      ...when(rng, 'frequencyPenalty', () => rng.integer(41) / 10 - 2),
      ...when(rng, 'presencePenalty', () => rng.integer(41) / 10 - 2),
    }),
    ...(tools && { tools }),
    ...(tools &&
      when(rng, 'toolChoice', () => pick(rng, ['auto', 'none', 'required', { name: tools[0]!.name }] as const))),
    ...when(rng, 'output', () =>
      rng.integer(2) === 0
        ? ({ type: 'choice', choices: ['账单', '物流'] } as const)
        : ({ type: 'json', name: 'ticket', schema: objectSchema(rng), strict: rng.integer(2) === 0 } as const),
    ),
  };
}

function conversation(rng: Random, carries: Carries): Message[] {
  const messages: Message[] = [];
  if (rng.integer(2)) messages.push({ role: 'system', content: text(rng) });
  for (let turn = rng.integer(3); turn >= 0; turn--) {
    messages.push({ role: 'user', content: rng.integer(2) ? text(rng) : userParts(rng, carries) });
    if (turn === 0) break;
    if (rng.integer(3) === 0) {
      messages.push({ role: 'assistant', content: text(rng) });
      continue;
    }
    const calls = Array.from({ length: rng.integer(3) }, (_, i) => `call_${turn}_${i}`);
    const content: AssistantPart[] = [
      ...(rng.integer(2) ? [reasoning(rng)] : []),
      ...(rng.integer(2) || calls.length === 0 ? [textPart(rng)] : []),
      ...calls.map(id => ({ type: 'tool-call', id, name: 'tool_0', arguments: '{"city":"北京"}' }) as const),
      ...(rng.integer(2) ? [{ type: 'source', url: 'https://example.com' } as const] : []),
    ];
    messages.push({ role: 'assistant', content });
    if (calls.length > 0) {
      messages.push({
        role: 'tool',
        content: calls.map(id => ({
          type: 'tool-result',
          id,
          name: 'tool_0',
          content: rng.integer(2) ? text(rng) : [textPart(rng)],
        })),
      });
    }
  }
  return messages;
}

function userParts(rng: Random, { sound, anyFile }: Carries): (TextPart | FilePart)[] {
  const bytes = Uint8Array.from({ length: 1 + rng.integer(40) }, () => rng.integer(256));
  const files: FilePart[] = [
    { type: 'file', mediaType: 'image/png', data: bytes },
    { type: 'file', mediaType: 'image/jpeg', data: new URL('https://example.com/图.jpg') },
    { type: 'file', mediaType: 'application/pdf', data: bytes, filename: '说明.pdf' },
    ...(sound ? [{ type: 'file', mediaType: 'audio/wav', data: bytes } as const] : []),
    ...(anyFile
      ? [
          { type: 'file', mediaType: 'text/plain', data: bytes } as const,
          { type: 'file', mediaType: 'application/pdf', data: new URL('https://example.com/a.pdf') } as const,
        ]
      : []),
  ];
  return [textPart(rng), ...(rng.integer(2) ? [pick(rng, files)] : [])];
}

function reasoning(rng: Random): AssistantPart {
  const item = {
    type: 'reasoning',
    id: 'rs_1',
    summary: [{ type: 'summary_text', text: text(rng) }],
    encrypted_content: 'gA',
  };
  const replays = [undefined, { provider: 'openai', data: item }, { provider: 'other', data: 1 }] as const;
  const replay = pick(rng, replays);
  return { type: 'reasoning', text: text(rng), ...(replay && { replay }) };
}

function randomTool(rng: Random, i: number): ToolDefinition {
  return { name: `tool_${i}`, ...when(rng, 'description', () => text(rng)), parameters: objectSchema(rng) };
}

function objectSchema(rng: Random): Record<string, unknown> {
  const leaf = pick(rng, [
    { type: 'string' },
    { type: 'number' },
    { type: 'array', items: { type: 'string' } },
  ] as const);
  return { type: 'object', properties: { city: leaf }, required: ['city'], additionalProperties: false };
}

function textPart(rng: Random): TextPart {
  return { type: 'text', text: text(rng) };
}

function text(rng: Random): string {
  return Array.from({ length: 1 + rng.integer(3) }, () => pick(rng, words)).join('');
}

function pick<T>(rng: Random, values: readonly T[]): T {
  return values[rng.integer(values.length)]!;
}

function maybe<T>(rng: Random, make: () => T): T | undefined {
  return rng.integer(2) ? make() : undefined;
}

function when<Name extends string, T>(rng: Random, name: Name, make: () => T): { readonly [K in Name]?: T } {
  return (rng.integer(3) ? {} : { [name]: make() }) as { readonly [K in Name]?: T };
}
