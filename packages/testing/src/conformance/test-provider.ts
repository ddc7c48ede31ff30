// The conformance kit: the cases that every provider must pass.
import { invalidInput } from '@modeshift/core';
import { behaviourCases } from './behaviour-cases.ts';
import { capabilityLaws } from './capability-laws.ts';
import type { ConformanceCase, Subject } from './case.ts';
import { decodingLaws } from './decoding-laws.ts';
import { figureLaws } from './figure-laws.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';
import { streamLaws } from './stream-laws.ts';
import { wireCases } from './wire-cases.ts';

/**
 * The conformance cases of a provider, for any test runner: give each `run` to `it` of vitest or `test` of `node:test`. Every
 * fault (cut connections, split characters, CRLF, silence, refusals …) is made of the provider's own recorded bytes, so that
 * nothing here knows a vendor.
 *
 * Three tiers: `wire` (bytes in, parts out; call in, request out), `behaviour` (refused, cut off, kept waiting, cancelled) and
 * `law` (what holds for every provider). A declared capability that no method or sample shows fails; one that is not declared
 * must be refused with `unsupported` before any request, and is reported where it works.
 *
 * @throws ModeshiftError `invalid-input` when nothing is declared, or no sample is given.
 * @example
 * ```ts
 * import { scriptedScoringModel, testProvider } from '@modeshift/testing';
 *
 * const cases = testProvider({
 *   create: () => scriptedScoringModel((_, continuation) => -continuation.length),
 *   capabilities: ['score'],
 *   score: { call: { prompt: '情感：', continuations: ['正面', '不好说'] }, expected: [-2, -3] },
 * });
 * for (const { run } of cases) await run(); // with vitest: for (const { name, tier, run } of cases) it(`${tier}: ${name}`, run)
 * console.log(new Set(cases.map(one => one.tier)).size); // 3
 * ```
 */
export function testProvider(provider: ProviderUnderTest): readonly ConformanceCase[] {
  const { capabilities, language = [], score, embed, rerank, countTokens, patienceMs = 10_000 } = provider;
  if (capabilities.length === 0) throw invalidInput('Declare what the model can do in "capabilities".');
  const others = [score, embed, rerank, countTokens].filter(sample => sample !== undefined);
  if (language.length + others.length === 0) throw invalidInput('Give at least one sample: a call with its answer.');
  const isRemote =
    language.some(sample => sample.stream || sample.whole) || others.some(sample => sample.response !== undefined);
  let made: ReturnType<ProviderUnderTest['create']> | undefined;
  const subject: Subject = {
    ...provider,
    create: place => {
      if (isRemote) return provider.create(place);
      made ??= provider.create(place);
      return made;
    },
    isRemote,
    patience: patienceMs,
  };
  return [
    ...wireCases(subject),
    ...behaviourCases(subject),
    ...streamLaws(subject),
    ...capabilityLaws(subject),
    ...figureLaws(subject),
    ...decodingLaws(subject),
  ];
}
