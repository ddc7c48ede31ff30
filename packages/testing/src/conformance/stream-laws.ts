// Laws of every language model: the order of events, and that each way of asking gives the same answer.
import assert from 'node:assert/strict';
import {
  cache,
  deserialize,
  type LanguageCall,
  type LanguageEvent,
  type LanguageModel,
  type Message,
  type Model,
  memoryStore,
  serialize,
} from '@modeshift/core';
import { type Answer, answerOf, checkAnswer, checkUsage, parsed, readEvents, readWhole, show } from './answer.ts';
import type { ConformanceCase, Subject } from './case.ts';
import { within } from './failure.ts';
import { answerWith, withModel } from './operations.ts';
import type { LanguageSample } from './provider-under-test.ts';

/** The laws for each sample of a language model. */
export function streamLaws(subject: Subject): ConformanceCase[] {
  const cases: ConformanceCase[] = [];
  const add = (name: string, run: () => Promise<void>): void => {
    cases.push({ name, tier: 'law', run: () => within(run(), 2 * subject.patience, name) });
  };
  if (!subject.capabilities.includes('stream')) return cases;
  const samples = (subject.language ?? []).filter(sample => !subject.isRemote || sample.stream);
  for (const sample of samples) {
    const served = (work: (model: LanguageModel, bodies: () => readonly unknown[]) => Promise<void>): Promise<void> =>
      serve(subject, sample, work);
    add(`"${sample.name}": events come in order, and one finish ends them`, () =>
      served(async model => checkOrder(await readEvents(model, sample.call))),
    );
    if (subject.capabilities.includes('generate')) {
      add(`"${sample.name}": the stream put together is the whole answer`, () =>
        served(async model => {
          const streamed = answerOf(await readEvents(model, sample.call));
          sameAnswer(streamed, await readWhole(model, sample.call), 'streamed', 'whole');
        }),
      );
    }
    add(`"${sample.name}": a cached answer is the answer`, () =>
      served(async (model, bodies) => {
        const cached = cache({ store: memoryStore() })(model) as LanguageModel;
        const first = answerOf(await readEvents(cached, sample.call));
        const asked = bodies().length;
        const again = answerOf(await readEvents(cached, sample.call));
        assert.equal(bodies().length, asked, 'It was asked again although the answer was cached.');
        sameAnswer(first, again, 'the first', 'the cached');
      }),
    );
    add(`"${sample.name}": the call is not changed`, () =>
      served(async model => {
        const before = structuredClone(plain(sample.call));
        await readEvents(model, frozen(sample.call));
        assert.deepEqual(plain(sample.call), before, 'The provider changed the call that it was given.');
      }),
    );
    add(`"${sample.name}": a conversation that was stored goes on as the same`, () =>
      served(async (model, bodies) => {
        const { content, text } = answerOf(await readEvents(model, sample.call));
        const messages = goOn(sample.call.messages, content, text);
        await readEvents(model, { ...sample.call, messages });
        const stored = deserialize(serialize(messages)) as Message[];
        await readEvents(model, { ...sample.call, messages: stored });
        const [direct, read] = bodies().slice(-2);
        if (subject.isRemote)
          assert.deepEqual(read, direct, 'Messages that were stored and read again give another request.');
      }),
    );
  }
  const [first, ...others] = samples;
  if (first) {
    add('calls made at once do not mix', () =>
      severalAtOnce(
        subject,
        [first, ...others].filter(sample => sample.expected.text !== undefined),
      ),
    );
  }
  return cases;
}

/** Runs work with a model whose calls are served by what they ask for, and with the bodies of its requests. */
async function serve(
  subject: Subject,
  sample: LanguageSample,
  work: (model: LanguageModel, bodies: () => readonly unknown[]) => Promise<void>,
): Promise<void> {
  const stream = sample.stream ? answerWith(sample.stream, true) : {};
  const whole = sample.whole ? answerWith(sample.whole, false) : {};
  const asked: ('stream' | 'generate')[] = [];
  await withModel(
    subject,
    () => (asked.at(-1) === 'generate' ? whole : stream),
    (model, server) => {
      const { provider, modelId, price } = model;
      const language = model as LanguageModel;
      const noted: LanguageModel = {
        provider,
        modelId,
        price,
        stream: (call, context) => {
          asked.push('stream');
          return language.stream(call, context);
        },
        ...(language.generate && {
          generate: (call, context) => {
            asked.push('generate');
            return language.generate!(call, context);
          },
        }),
      };
      return work(noted, () => (subject.isRemote ? server.requests.map(one => one.json) : asked));
    },
  );
}

/** The grammar of `LanguageEvent`. */
function checkOrder(events: readonly LanguageEvent[]): void {
  const order = events.map(event => event.type).join(' ');
  const count = (type: LanguageEvent['type']): number => events.filter(event => event.type === type).length;
  assert.equal(count('finish'), 1, `There are ${count('finish')} finish events, not one: ${order}`);
  assert.equal(events.at(-1)?.type, 'finish', `The last event is not the finish: ${order}`);
  assert.ok(count('usage') <= 1, `There are ${count('usage')} usage events: ${order}`);
  assert.ok(count('response') <= 1, `There are ${count('response')} response events: ${order}`);
  const response = events.findIndex(event => event.type === 'response');
  assert.ok(response <= 0, `The response event comes after others: ${order}`);
  const started = new Map<string, { name: string; deltas: string; isDone: boolean }>();
  for (const event of events) {
    if (event.type === 'usage') checkUsage(event.usage);
    else if (event.type === 'tool-call-start') {
      assert.ok(!started.has(event.id), `The tool call "${event.id}" starts twice.`);
      started.set(event.id, { name: event.name, deltas: '', isDone: false });
    } else if (event.type === 'tool-call-delta') {
      const call = started.get(event.id);
      assert.ok(
        call && !call.isDone,
        `A delta of the tool call "${event.id}" comes before its start or after its end.`,
      );
      call.deltas += event.argumentsDelta;
    } else if (event.type === 'tool-call') {
      parsed(event.arguments.trim() || '{}');
      assert.ok(event.id !== '' && event.name !== '', 'A tool call has no id or no name.');
      const call = started.get(event.id) ?? { name: event.name, deltas: '', isDone: false };
      assert.ok(!call.isDone, `The tool call "${event.id}" comes twice.`);
      assert.equal(event.name, call.name, 'A tool call ends under another name than it started.');
      if (call.deltas !== '')
        assert.deepEqual(
          parsed(event.arguments),
          parsed(call.deltas),
          'The deltas of a tool call are not its arguments.',
        );
      started.set(event.id, { ...call, isDone: true });
    }
  }
  for (const [id, call] of started) assert.ok(call.isDone, `The tool call "${id}" starts and never ends.`);
  const finish = events.at(-1);
  if (started.size > 0 && finish?.type === 'finish')
    assert.equal(finish.reason, 'tool-calls', `It called a tool and finished by "${finish.reason}".`);
}

function sameAnswer(a: Answer, b: Answer, nameOfA: string, nameOfB: string): void {
  const compared = ({ text, reasoning, toolCalls, finishReason }: Answer): object => ({
    text,
    reasoning,
    toolCalls: toolCalls.map(call => ({ name: call.name, arguments: parsed(call.arguments || '{}') })),
    finishReason,
  });
  assert.deepEqual(
    compared(a),
    compared(b),
    `${nameOfA} and ${nameOfB} differ: ${show(compared(a))} ${show(compared(b))}`,
  );
}

function goOn(messages: readonly Message[], content: Answer['content'], text: string): Message[] {
  const calls = content.filter(part => part.type === 'tool-call');
  const parts = [...(text === '' ? [] : [{ type: 'text', text } as const]), ...calls];
  return [
    ...messages,
    { role: 'assistant', content: parts },
    calls.length > 0
      ? {
          role: 'tool',
          content: calls.map(({ id, name }) => ({ type: 'tool-result', id, name, content: '{"结果":21}' })),
        }
      : { role: 'user', content: '继续' },
  ];
}

async function severalAtOnce(subject: Subject, samples: readonly LanguageSample[]): Promise<void> {
  const work = [...samples, ...samples].map(sample =>
    withModel(subject, sample.stream ? answerWith(sample.stream, true) : {}, async (model: Model) => {
      const both = await Promise.all([1, 2].map(() => readEvents(model as LanguageModel, sample.call)));
      for (const events of both) checkAnswer(answerOf(events), sample.expected);
    }),
  );
  await Promise.all(work);
}

function plain(call: LanguageCall): unknown {
  return JSON.parse(JSON.stringify(call));
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof URL) return value;
  const copy = Array.isArray(value) ? value.map(frozen) : mapped(value);
  return Object.freeze(copy) as T;
}

function mapped(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, frozen(item)]));
}
