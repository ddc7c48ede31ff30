// Calls over plain HTTP, as curl makes them.
import { invalidInput, ModeshiftError } from '@modeshift/core';

/** Inputs of a function, by name. */
export type NamedInputs = Readonly<Record<string, unknown>>;

/** Calls a function and gives its values as they come: one array with a value for each output. The last is the whole answer. */
export async function* streamed(
  url: string,
  fn: string,
  input: NamedInputs,
  signal?: AbortSignal,
): AsyncGenerator<readonly unknown[]> {
  const address = `${url}/gradio_api/call/v2/${encodeURIComponent(fn)}`;
  const given = signal ? { signal } : {};
  const headers = { 'content-type': 'application/json' };
  const started = await fetch(address, { method: 'POST', body: JSON.stringify(input), headers, ...given });
  if (!started.ok) throw refusedBy(started.status, await started.text());
  const { event_id } = (await started.json()) as { event_id: string };
  const answer = await fetch(`${address}/${event_id}`, given);
  if (!answer.ok || !answer.body) throw refusedBy(answer.status, await answer.text());
  let rest = '';
  for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      const [event, data] = block.split('\n').map(line => line.replace(/^(event|data): /, ''));
      if (event === 'heartbeat') continue;
      const value: unknown = JSON.parse(data!);
      if (event === 'error') throw failedWith(value);
      yield value as readonly unknown[];
      if (event === 'complete') return;
    }
  }
  throw new ModeshiftError({ tag: 'interrupted' }, `The stream of "${fn}" ended before the answer did.`);
}

/** Calls a function and waits for its answer. */
export async function called(
  url: string,
  fn: string,
  input: NamedInputs,
  signal?: AbortSignal,
): Promise<readonly unknown[]> {
  let last: readonly unknown[] = [];
  for await (const values of streamed(url, fn, input, signal)) last = values;
  return last;
}

function refusedBy(status: number, body: string): ModeshiftError {
  if (status === 422) {
    const { detail } = JSON.parse(body) as { detail: { parameter_name: string; message: string }[] };
    const issues = detail.map(one => `${one.parameter_name}: ${one.message}`);
    return invalidInput(issues.join('; '), issues);
  }
  return new ModeshiftError({ tag: 'refused', status }, `The app answered ${status}: ${body}`);
}

function failedWith(payload: unknown): ModeshiftError {
  const { error } = (payload ?? {}) as { error?: string | null };
  return new ModeshiftError({ tag: 'server' }, error ?? 'The app failed and did not say why.');
}
