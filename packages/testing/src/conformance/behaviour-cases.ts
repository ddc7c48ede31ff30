// Tier "behaviour": what a provider does when it is refused, cut off, kept waiting or cancelled.
import assert from 'node:assert/strict';
import { type ErrorTag, type LanguageEvent, type LanguageModel, type Model, streamText } from '@modeshift/core';
import type { FaultAnswer, FaultServer } from '../fault-server.ts';
import { faults, piecesIn, type RetryAfterForm } from '../faults.ts';
import { answerOf } from './answer.ts';
import type { ConformanceCase, Subject } from './case.ts';
import { conformanceKey, failureOf, within } from './failure.ts';
import { goodAnswer, type Operation, operationsOf, withModel } from './operations.ts';

type Add = (name: string, run: () => Promise<void>) => void;

const statuses: readonly (readonly [status: number, tag: ErrorTag, isRetryable: boolean])[] = [
  [400, 'refused', false],
  [401, 'authentication', false],
  [403, 'authentication', false],
  [404, 'not-found', false],
  [429, 'rate-limit', true],
  [500, 'server', true],
  [503, 'server', true],
];

const waits: readonly (readonly [name: string, form: RetryAfterForm, low: number, high: number])[] = [
  ['seconds', { seconds: 7 }, 7000, 7000],
  ['an HTTP date', { dateIn: 30 }, 25_000, 31_000],
  ['milliseconds', { ms: 1500 }, 1500, 1500],
];

/** The cases of behaviour. A model in this process is only cancelled. */
export function behaviourCases(subject: Subject): ConformanceCase[] {
  const cases: ConformanceCase[] = [];
  for (const operation of operationsOf(subject)) {
    const add: Add = (name, run) => {
      const full = `${operation.method}: ${name}`;
      cases.push({ name: full, tier: 'behaviour', run: () => within(run(), 2 * subject.patience, full) });
    };
    cancelled(subject, operation, add);
    // Bytes that are missing are reported by the wire and the laws; without them nothing can be broken.
    if (!operation.response) continue;
    refused(subject, operation, add);
    unreadable(subject, operation, add);
    carried(subject, operation, add);
    if (operation.method === 'stream') brokenStreams(subject, operation, add);
  }
  return cases;
}

function failing(subject: Subject, operation: Operation, ...tags: ErrorTag[]) {
  return (model: Model) => failureOf(operation.run(model, {}), { tags, patience: subject.patience });
}

function cancelled(subject: Subject, operation: Operation, add: Add): void {
  const options = { tags: ['aborted'], patience: subject.patience } as const;
  add('cancelled before the call, it asks nobody', () =>
    withModel(subject, operation.response ? goodAnswer(operation) : {}, async (model, server) => {
      await failureOf(operation.run(model, { signal: AbortSignal.abort() }), options);
      assert.equal(server.requests.length, 0, 'It sent a request although the signal had fired before.');
    }),
  );
  if (!operation.response) return;
  add('cancelled while it waits for headers, it lets go', () =>
    withModel(subject, faults.slowHeaders(goodAnswer(operation), 3 * subject.patience), async (model, server) => {
      const controller = new AbortController();
      const work = operation.run(model, { signal: controller.signal });
      work.catch(() => undefined);
      await until(() => server.requests.length > 0, subject.patience, 'A request');
      controller.abort();
      await failureOf(work, options);
      await until(() => server.abandoned > 0, subject.patience, 'The end of the connection');
    }),
  );
  if (operation.method !== 'stream') {
    add('cancelled in the middle of the body, it lets go', () =>
      withModel(subject, faults.stalled(goodAnswer(operation)), async (model, server) => {
        const controller = new AbortController();
        const work = operation.run(model, { signal: controller.signal });
        work.catch(() => undefined);
        await until(() => server.requests.length > 0, subject.patience, 'A request');
        setTimeout(() => controller.abort(), 20);
        await failureOf(work, options);
        await until(() => server.abandoned > 0, subject.patience, 'The end of the connection');
      }),
    );
  }
}

function refused(subject: Subject, operation: Operation, add: Add): void {
  const body = (status: number, message = 'Refused'): unknown =>
    subject.errorBody?.(status, message) ?? { error: { message } };
  for (const [status, tag, isRetryable] of statuses) {
    add(`HTTP ${status} is "${tag}"`, () =>
      withModel(subject, faults.status(status, body(status)), async (model, server) => {
        const error = await failing(subject, operation, tag)(model);
        assert.equal(error.isRetryable, isRetryable, `isRetryable is ${error.isRetryable} after HTTP ${status}.`);
        assert.equal(
          server.requests.length,
          1,
          `It made ${server.requests.length} requests: create must make a model that does not retry by itself.`,
        );
      }),
    );
  }
  for (const [name, form, low, high] of waits) {
    add(`tells Retry-After in ${name}`, () =>
      withModel(subject, faults.rateLimited(form, body(429)), async model => {
        const { retryAfterMs } = await failing(subject, operation, 'rate-limit')(model);
        const fits = retryAfterMs !== undefined && retryAfterMs >= low && retryAfterMs <= high;
        assert.ok(fits, `retryAfterMs is ${retryAfterMs} and should be ${low === high ? low : `${low} to ${high}`}.`);
      }),
    );
  }
  add('an error does not repeat the key that a server echoes', () =>
    withModel(subject, faults.status(401, body(401, `Incorrect key ${conformanceKey}`)), async model => {
      await failing(subject, operation, 'authentication')(model);
    }),
  );
  add('a huge error stays small', () => {
    const huge = { status: 500, body: body(500, 'x'.repeat(4_000_000)) };
    return withModel(subject, huge, async model => {
      await failing(subject, operation, 'server')(model);
    });
  });
}

function unreadable(subject: Subject, operation: Operation, add: Add): void {
  const isStream = operation.method === 'stream';
  add('a connection that breaks before the headers is "network"', () =>
    withModel(subject, faults.lost(), async model => {
      const error = await failing(subject, operation, 'network')(model);
      assert.ok(error.isRetryable, 'A lost connection may be tried again: isRetryable should be true.');
    }),
  );
  add('a web page is "invalid-response"', () =>
    withModel(subject, faults.webPage(), async model => {
      await failing(subject, operation, 'invalid-response')(model);
    }),
  );
  add('broken JSON is "invalid-response"', () =>
    withModel(subject, faults.malformedJson(goodAnswer(operation)), async model => {
      await failing(subject, operation, 'invalid-response')(model);
    }),
  );
  if (isStream) return;
  add('a body that is cut off is no answer', () =>
    withModel(subject, faults.cut(goodAnswer(operation)), async model => {
      await failing(subject, operation, 'network', 'interrupted', 'invalid-response')(model);
    }),
  );
}

function carried(subject: Subject, operation: Operation, add: Add): void {
  add('sends the headers of the call and tells of the response', () =>
    withModel(subject, goodAnswer(operation), async (model, server) => {
      const seen: number[] = [];
      await operation.run(model, {
        headers: { 'X-Conformance': 'yes' },
        onResponse: response => {
          seen.push(response.status);
          throw new Error('What an observer throws must not reach the call.');
        },
      });
      assert.equal(server.requests[0]?.headers['x-conformance'], 'yes', 'The headers of the call were not sent.');
      assert.deepEqual(seen, [200], `onResponse was told of ${JSON.stringify(seen)}, not of [200].`);
    }),
  );
}

function brokenStreams(subject: Subject, operation: Operation, add: Add): void {
  const good = goodAnswer(operation);
  const { call, expected } = subject.language![0]!;
  /** Breaks the stream after every event but the last: it must never pass for an answer that is complete. */
  const breakEverywhere = async (fault: (answer: FaultAnswer, share: number) => FaultAnswer): Promise<void> => {
    const count = piecesIn(good);
    let parts = 0;
    for (let k = 1; k < count; k++) {
      await withModel(subject, fault(good, (k - 0.5) / count), async model => {
        const events: LanguageEvent[] = [];
        const read = async (): Promise<void> => {
          for await (const event of (model as LanguageModel).stream(call, {})) events.push(event);
        };
        const work = read();
        const isComplete = await work.then(
          () => true,
          () => false,
        );
        const { text, finishReason } = answerOf(events);
        if (isComplete) {
          // The wire had said why it ended: what is missing is only the farewell.
          const isWhole = finishReason !== undefined && text === (expected.text ?? text);
          assert.ok(isWhole, `A stream broken after event ${k} of ${count} passed for a complete answer: "${text}".`);
          return;
        }
        const began = events.some(event => event.type !== 'response');
        const tags: ErrorTag[] = began ? ['interrupted'] : ['interrupted', 'invalid-response', 'network'];
        await failureOf(work, { tags, patience: subject.patience });
        if (expected.text === undefined) return;
        assert.ok(expected.text.startsWith(text), `"${text}" is no part of the answer.`);
        if (text !== '' && text.length < expected.text.length) parts++;
      });
    }
    assert.ok(parts > 0, 'Nothing was delivered before any break: give the plain sample more pieces of text.');
  };
  add('a stream that is cut off anywhere is "interrupted", after what had come', () => breakEverywhere(faults.cut));
  add('a stream that ends early is "interrupted", not finished', () => breakEverywhere(faults.truncated));
  add('an empty stream is no answer', () =>
    withModel(subject, { ...good, body: '' }, async model => {
      await failing(subject, operation, 'invalid-response', 'interrupted')(model);
    }),
  );
  add('cancelled in the middle, it lets go', () =>
    withModel(subject, faults.stalled(good), async (model, server) => {
      const controller = new AbortController();
      const read = async (): Promise<void> => {
        for await (const event of (model as LanguageModel).stream(call, { signal: controller.signal }))
          if (event.type === 'text-delta') setTimeout(() => controller.abort(), 5);
      };
      await failureOf(read(), { tags: ['aborted'], patience: subject.patience });
      await until(() => server.abandoned > 0, subject.patience, 'The end of the connection');
    }),
  );
  add('a reader that leaves closes the connection', () =>
    withModel(subject, faults.stalled(good), async (model, server) => {
      for await (const event of (model as LanguageModel).stream(call, {})) if (event.type === 'text-delta') break;
      await until(() => server.abandoned > 0, subject.patience, 'The end of the connection');
    }),
  );
  const limits = async (model: Model, server: FaultServer, limit: 'first-chunk' | 'idle'): Promise<void> => {
    const name = limit === 'idle' ? 'idle' : 'firstChunk';
    const { providerOptions: _, ...rest } = call;
    const { result } = streamText({ ...rest, model: model as LanguageModel, timeout: { [name]: 250 } });
    const error = await failureOf(result, { tags: ['timeout'], patience: subject.patience });
    assert.ok(error.reason.tag === 'timeout' && error.reason.limit === limit, `The limit "${limit}" did not run out.`);
    await until(() => server.abandoned > 0, subject.patience, 'The end of the connection');
  };
  add('silence before the first piece runs into a limit of time', () =>
    withModel(subject, { ...good, body: '', hang: true }, (model, server) => limits(model, server, 'first-chunk')),
  );
  add('silence in the middle runs into a limit of time', () =>
    withModel(subject, faults.stalled(good), (model, server) => limits(model, server, 'idle')),
  );
}

async function until(condition: () => boolean, ms: number, what: string): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) assert.fail(`${what} did not come within ${ms} ms.`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
