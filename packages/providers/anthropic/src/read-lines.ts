// A body line by line, with a limit on silence.
import type { IdleClock } from './idle-clock.ts';

/** The lines of a body that are not empty. The clock runs only while the network is waited for. */
export async function* readLines(
  body: ReadableStream<Uint8Array> | null,
  clock: IdleClock,
): AsyncGenerator<string, void> {
  const reader = body?.getReader();
  if (!reader) return;
  const utf8 = new TextDecoder();
  // A line may come in many pieces: they are joined once.
  let pieces: string[] = [];
  while (true) {
    clock.start();
    const { done, value } = await reader.read();
    clock.pause();
    const parts = (done ? utf8.decode() : utf8.decode(value, { stream: true })).split('\n');
    pieces.push(parts[0]!);
    for (const part of parts.slice(1)) {
      const line = pieces.join('').trim();
      if (line !== '') yield line;
      pieces = [part];
    }
    if (!done) continue;
    const line = pieces.join('').trim();
    if (line !== '') yield line;
    return;
  }
}
