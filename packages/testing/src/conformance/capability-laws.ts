// Laws of capabilities: what is declared works, and what is not declared is refused before anything is asked.
import assert from 'node:assert/strict';
import type { LanguageCall, LanguageModel, Model } from '@modeshift/core';
import { type Answer, answerOf, readEvents, show } from './answer.ts';
import type { ConformanceCase, Subject } from './case.ts';
import { failureOf, within } from './failure.ts';
import { answerWith, withModel } from './operations.ts';
import type { LanguageCapability, LanguageSample, ModelCapability } from './provider-under-test.ts';

const methods: readonly ModelCapability[] = ['stream', 'generate', 'score', 'embed', 'rerank', 'countTokens'];

/** How each capability is asked for, and what proves in an answer that it worked. */
const language: Record<
  LanguageCapability,
  {
    readonly ask: Partial<LanguageCall>;
    readonly used: (call: LanguageCall) => boolean;
    readonly seen?: (answer: Answer, call: LanguageCall) => boolean;
  }
> = {
  tools: {
    ask: { tools: [{ name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }] },
    used: call => (call.tools?.length ?? 0) > 0,
    seen: answer => answer.toolCalls.length > 0,
  },
  json: {
    ask: {
      output: { type: 'json', schema: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } },
    },
    used: call => call.output?.type === 'json',
    seen: answer => isJson(answer.text),
  },
  choice: {
    ask: { output: { type: 'choice', choices: ['物流', '账单'] } },
    used: call => call.output?.type === 'choice',
    seen: (answer, call) => call.output?.type === 'choice' && call.output.choices.includes(answer.text),
  },
  images: {
    ask: {
      messages: [
        {
          role: 'user',
          content: [{ type: 'file', mediaType: 'image/png', data: Uint8Array.of(0x89, 0x50, 0x4e, 0x47) }],
        },
      ],
    },
    used: ({ messages }) =>
      messages.some(
        ({ content }) =>
          typeof content !== 'string' &&
          content.some(part => part.type === 'file' && part.mediaType.startsWith('image/')),
      ),
  },
  logprobs: {
    ask: { logprobs: 1 },
    used: call => call.logprobs !== undefined,
    seen: answer => answer.logprobs.length > 0 && answer.logprobs.every(({ logprob }) => logprob <= 1e-4),
  },
  reasoning: {
    ask: { reasoning: 'low' },
    used: () => true,
    seen: answer => answer.reasoning !== '',
  },
  stop: { ask: { stop: ['。'] }, used: call => (call.stop?.length ?? 0) > 0 },
  seed: { ask: { seed: 7 }, used: call => call.seed !== undefined },
  topK: { ask: { topK: 5 }, used: call => call.topK !== undefined },
  penalties: {
    ask: { frequencyPenalty: 0.5, presencePenalty: 0.5 },
    used: call => call.frequencyPenalty !== undefined || call.presencePenalty !== undefined,
  },
};

/** The laws of capabilities. A declared capability that nothing shows fails; one that works undeclared is reported. */
export function capabilityLaws(subject: Subject): ConformanceCase[] {
  const cases: ConformanceCase[] = [];
  const add = (name: string, run: () => Promise<void>): void => {
    cases.push({ name, tier: 'law', run: () => within(run(), 2 * subject.patience, name) });
  };
  for (const method of methods) {
    const isDeclared = subject.capabilities.includes(method);
    add(isDeclared ? `${method} is declared: shown` : `${method} is not declared: absent`, () =>
      methodLaw(subject, method, isDeclared),
    );
  }
  const plain = subject.language?.[0];
  if (!plain || !subject.capabilities.includes('stream')) return cases;
  for (const name of Object.keys(language) as LanguageCapability[]) {
    if (subject.capabilities.includes(name)) add(`${name} is declared: works`, () => declaredLaw(subject, name, plain));
    else add(`${name} is not declared: refused before any request`, () => refusedLaw(subject, name, plain));
  }
  return cases;
}

async function methodLaw(subject: Subject, method: ModelCapability, isDeclared: boolean): Promise<void> {
  await withModel(subject, {}, async model => {
    const has = typeof (model as unknown as Record<string, unknown>)[method] === 'function';
    if (!isDeclared)
      return assert.ok(
        !has,
        `The model has a method ${method}(), which is not declared. Declare it, and give a sample.`,
      );
    assert.ok(has, `"${method}" is declared, but the model has no such method.`);
    const sample = method === 'stream' || method === 'generate' ? subject.language?.[0] : subject[method];
    assert.ok(sample, `"${method}" is declared, but no sample shows it.`);
    if (!subject.isRemote) return;
    const place = method === 'stream' ? 'stream' : method === 'generate' ? 'whole' : 'response';
    assert.ok(
      (sample as unknown as Record<string, unknown>)[place],
      `"${method}" is declared, but its sample has no bytes of the wire ("${place}").`,
    );
  });
}

async function declaredLaw(subject: Subject, name: LanguageCapability, plain: LanguageSample): Promise<void> {
  const { ask, used, seen } = language[name];
  const samples = (subject.language ?? []).filter(sample => sample.shows?.includes(name));
  const isOption = !seen && name !== 'images';
  if (samples.length === 0 && !(isOption && subject.isRemote))
    assert.fail(`"${name}" is declared, but no sample shows it: add one with shows: ['${name}'].`);
  for (const sample of samples) {
    assert.ok(used(sample.call), `The sample "${sample.name}" says that it shows "${name}", but does not ask for it.`);
    if (subject.isRemote && !sample.stream)
      assert.fail(`The sample "${sample.name}" shows "${name}" without bytes of the wire ("stream").`);
    await withModel(subject, sample.stream ? answerWith(sample.stream, true) : {}, async model => {
      const answer = answerOf(await readEvents(model as LanguageModel, sample.call));
      assert.ok(
        !seen || seen(answer, sample.call),
        `"${name}" is declared, but the answer to "${sample.name}" does not show it: ${show(answer)}`,
      );
    });
  }
  if (!subject.isRemote || !plain.stream) return;
  // Whatever the option is called on this wire, a request with it is another request.
  await withModel(subject, answerWith(plain.stream, true), async (model, server) => {
    for (const [field, value] of Object.entries(ask)) {
      const before = server.requests.length;
      await readEvents(model as LanguageModel, plain.call).catch(() => undefined);
      const { [field as keyof LanguageCall]: _, ...without } = plain.call;
      const call = { ...without, [field]: value } as LanguageCall;
      // The bytes of the plain answer need not fit what was asked for here: only the request counts.
      const error: unknown = await readEvents(model as LanguageModel, call).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      const [bare, asked] = server.requests.slice(before);
      if (!asked) assert.fail(`"${name}" is declared, but a call with "${field}" was refused: ${String(error)}`);
      assert.notEqual(asked.text, bare?.text, `"${name}" is declared, but "${field}" does not change the request.`);
    }
  });
}

async function refusedLaw(subject: Subject, name: LanguageCapability, plain: LanguageSample): Promise<void> {
  await withModel(subject, plain.stream ? answerWith(plain.stream, true) : {}, async (model: Model, server) => {
    for (const [field, value] of Object.entries(language[name].ask)) {
      const call = { ...plain.call, [field]: value } as LanguageCall;
      let answered: string | undefined;
      const work = readEvents(model as LanguageModel, call).then(events => {
        const answer = answerOf(events);
        const works = language[name].seen?.(answer, call) ?? false;
        answered = works
          ? `"${name}" works, but is not declared. Declare it, and give a sample that shows it.`
          : `A call with "${field}" was answered as if nothing had been asked. Refuse it with "unsupported", or declare "${name}".`;
      });
      const failed = await work.then(
        () => false,
        () => true,
      );
      if (!failed) assert.fail(answered);
      await failureOf(work, { tags: ['unsupported'], patience: subject.patience });
      assert.equal(server.requests.length, 0, `"${field}" was refused only after a request had been sent.`);
    }
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
