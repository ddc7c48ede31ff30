// Waits for something to fail as it should.
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type ErrorTag, ModeshiftError } from '@modeshift/core';
import { show } from './answer.ts';

/** The key that the kit gives to models. It must appear in no error, no log and no printed model. */
export const conformanceKey = 'sk-conformance-SECRET-0123456789';

/** Rejects when a promise takes longer than told. */
export async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new assert.AssertionError({ message: `${what} did not end within ${ms} ms.` })),
      ms,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The typed error that a piece of work ends with. Fails when it answers, when the error is not typed or tells too much. */
export async function failureOf(
  work: Promise<unknown>,
  options: { readonly tags: readonly ErrorTag[]; readonly patience: number; readonly secrets?: readonly string[] },
): Promise<ModeshiftError> {
  const { tags, patience, secrets = [] } = options;
  const wanted = tags.join(' or ');
  const outcome = await within(
    work.then(
      value => ({ value }),
      (error: unknown) => ({ error }),
    ),
    patience,
    'The call',
  );
  if (!('error' in outcome)) assert.fail(`It answered ${show(outcome.value)} and should have failed with ${wanted}.`);
  const { error } = outcome;
  if (error instanceof assert.AssertionError) throw error;
  if (!ModeshiftError.is(error)) assert.fail(`It threw ${String(error)}, not a ModeshiftError of ${wanted}.`);
  assert.ok(
    tags.includes(error.reason.tag),
    `It failed with "${error.reason.tag}" and should have failed with "${wanted}": ${error.message.slice(0, 300)}`,
  );
  assert.ok(error.message.length < 5000, `The message of the error has ${error.message.length} characters.`);
  const printed = `${inspect(error, { depth: 9, showHidden: true })}${JSON.stringify(error)}`;
  for (const secret of [conformanceKey, ...secrets]) {
    assert.ok(!printed.includes(secret), `The error shows "${secret}", which must stay out of errors.`);
  }
  return error;
}
