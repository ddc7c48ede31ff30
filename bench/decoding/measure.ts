// What decoding a streamed answer costs, for each chunk, by several ways in one run.
// The body comes out of memory, so that CPU is measured and not the network. Ways take turns; the median counts.

/** Reads an answer and gives the length of its text. */
export type Way = (fetch: typeof globalThis.fetch) => Promise<number>;

const pieceBytes = 16_384;

/** A fetch that answers every request with the same events, in pieces as large as the network's. */
export function fetchOf(frames: readonly string[]): typeof fetch {
  const bytes = new TextEncoder().encode(frames.join(''));
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let i = 0; i < bytes.length; i += pieceBytes) pieces.push(bytes.slice(i, i + pieceBytes));
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

/** The least that anybody could do: lines, JSON, and the text that `textOf` finds in a payload. */
export function bareParse(textOf: (payload: never) => string | undefined): Way {
  return async fetch => {
    const { body } = await fetch('http://127.0.0.1');
    const utf8 = new TextDecoder();
    let rest = '';
    let length = 0;
    for await (const piece of body!) {
      const lines = (rest + utf8.decode(piece, { stream: true })).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        if (!line.startsWith('data: {')) continue;
        length += textOf(JSON.parse(line.slice(6)) as never)?.length ?? 0;
      }
    }
    return length;
  };
}

/** Measures ways to read answers of 500 and 20,000 chunks, and prints a table. The first way is the unit. */
export async function measureDecoding(
  ways: Readonly<Record<string, Way>>,
  framesOf: (chunks: number) => readonly string[],
  rounds = 15,
): Promise<void> {
  const [unit] = Object.keys(ways);
  for (const chunks of [500, 20_000]) {
    const fetch = fetchOf(framesOf(chunks));
    const times = new Map<string, number[]>();
    const lengths = new Set<number>();
    for (let round = -3; round < rounds; round++) {
      for (const [name, read] of Object.entries(ways)) {
        const before = process.cpuUsage();
        lengths.add(await read(fetch));
        const { user, system } = process.cpuUsage(before);
        if (round >= 0) times.set(name, [...(times.get(name) ?? []), (user + system) / chunks]);
      }
    }
    if (lengths.size !== 1) throw new Error(`The ways read different answers: ${[...lengths].join(', ')}.`);
    const median = (name: string): number => times.get(name)!.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]!;
    console.log(`${chunks} chunks: CPU for each, and as a multiple of a ${unit}`);
    for (const name of times.keys()) {
      const ratio = median(name) / median(unit!);
      console.log(`  ${name.padEnd(34)} ${median(name).toFixed(2).padStart(7)} µs ${ratio.toFixed(1).padStart(6)}×`);
    }
  }
}
