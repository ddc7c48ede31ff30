// What decoding a streamed answer costs, for each chunk, beside the official client and beside a bare SSE parser.
// node --conditions=modeshift-source bench/decode.ts [rounds=15]
// The body comes out of memory, so that CPU is measured and not the network. Variants take turns; the median counts.
import { parseArgs } from 'node:util';
import Anthropic from '@anthropic-ai/sdk';
import { anthropic } from '@modeshift/anthropic';
import { streamText } from '@modeshift/core';

const { positionals } = parseArgs({ allowPositionals: true });
const rounds = Number(positionals[0]?.split('=').at(-1) ?? 15);
const pieceBytes = 16_384;

/** A body of text deltas, in pieces as large as the network's. */
function bodyOf(chunks: number): Uint8Array<ArrayBuffer>[] {
  const frame = (data: { readonly type: string }): string => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  const usage = { input_tokens: 12, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 };
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    usage,
  };
  const frames = [
    frame({ type: 'message_start', message } as never),
    frame({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as never),
  ];
  for (let i = 0; i < chunks; i++) {
    const delta = { type: 'text_delta', text: `物流 ${i} ` };
    frames.push(frame({ type: 'content_block_delta', index: 0, delta } as never));
  }
  const delta = { stop_reason: 'end_turn', stop_sequence: null };
  frames.push(
    frame({ type: 'content_block_stop', index: 0 } as never),
    frame({ type: 'message_delta', delta, usage: { output_tokens: chunks } } as never),
    frame({ type: 'message_stop' }),
  );
  const bytes = new TextEncoder().encode(frames.join(''));
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let i = 0; i < bytes.length; i += pieceBytes) pieces.push(bytes.slice(i, i + pieceBytes));
  return pieces;
}

function fetchOf(pieces: readonly Uint8Array<ArrayBuffer>[]): typeof fetch {
  return async () => {
    let i = 0;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        const piece = pieces[i++];
        if (piece) controller.enqueue(piece);
        else controller.close();
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
}

const request = { model: 'm', max_tokens: 9, messages: [{ role: 'user' as const, content: 'x' }] };
const messages = [{ role: 'user', content: 'x' }] as const;

/** Each reads an answer and gives the length of its text. */
const variants: Readonly<Record<string, (fetch: typeof globalThis.fetch) => Promise<number>>> = {
  async 'bare SSE parse'(fetch) {
    const { body } = await fetch('http://127.0.0.1');
    const utf8 = new TextDecoder();
    let rest = '';
    let length = 0;
    for await (const piece of body!) {
      const lines = (rest + utf8.decode(piece, { stream: true })).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        if (!line.startsWith('data: ')) continue;
        const { delta } = JSON.parse(line.slice(6)) as { delta?: { text?: string } };
        length += delta?.text?.length ?? 0;
      }
    }
    return length;
  },
  async 'ours, model.stream'(fetch) {
    const model = anthropic('m', { baseURL: 'http://127.0.0.1', fetch });
    let length = 0;
    for await (const event of model.stream({ messages }, {})) {
      if (event.type === 'text-delta') length += event.text.length;
    }
    return length;
  },
  async 'ours, streamText'(fetch) {
    const model = anthropic('m', { baseURL: 'http://127.0.0.1', fetch });
    return (await streamText({ model, messages }).result).text.length;
  },
  async 'client, create with stream'(fetch) {
    const client = new Anthropic({ apiKey: 'k', baseURL: 'http://127.0.0.1', fetch, logLevel: 'off' });
    let length = 0;
    for await (const event of await client.messages.create({ ...request, stream: true })) {
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') length += event.delta.text.length;
    }
    return length;
  },
  async 'client, stream().finalMessage'(fetch) {
    const client = new Anthropic({ apiKey: 'k', baseURL: 'http://127.0.0.1', fetch, logLevel: 'off' });
    const [block] = (await client.messages.stream(request).finalMessage()).content;
    return block?.type === 'text' ? block.text.length : 0;
  },
};

for (const chunks of [500, 20_000]) {
  const fetch = fetchOf(bodyOf(chunks));
  const times = new Map<string, number[]>();
  const lengths = new Set<number>();
  for (let round = -3; round < rounds; round++) {
    for (const [name, read] of Object.entries(variants)) {
      const before = process.cpuUsage();
      lengths.add(await read(fetch));
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), (user + system) / chunks]);
    }
  }
  if (lengths.size !== 1) throw new Error(`The variants read different answers: ${[...lengths].join(', ')}.`);
  const median = (name: string): number => times.get(name)!.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]!;
  console.log(`${chunks} chunks: CPU for each, and as a multiple of a bare SSE parse`);
  for (const name of times.keys()) {
    const ratio = median(name) / median('bare SSE parse');
    console.log(`  ${name.padEnd(30)} ${median(name).toFixed(2).padStart(7)} µs ${ratio.toFixed(1).padStart(6)}×`);
  }
}
