// Asks a solution for an answer to each input. It knows no expected answer: judging comes later, elsewhere.
import { invalidInput, type Prediction, random, type Solution } from '@modeshift/core';
import { deepCopy } from './deep-copy.ts';
import { type Failure, failureOf, isFatal, shorten } from './failure.ts';
import { waitFor } from './wait-for.ts';

/** Options of asking a solution many times. */
export interface AskOptions {
  /** Cancels: what was answered so far is kept. */
  readonly signal?: AbortSignal;
  /** Predictions in flight. Default 1. */
  readonly concurrency?: number;
  /** Decides the order in which examples are asked. Default 0. */
  readonly seed?: number;
  /**
   * How many predict calls may throw before the run ends early: each counts as an invalid answer until then. Default: 10 or
   * 5 % of the examples, whichever is more. Ten in a row end the run in any case.
   */
  readonly failureLimit?: number;
  /** How long calls in flight may go on after `signal` has fired, in milliseconds. Default 2,000. */
  readonly graceMs?: number;
}

/** One answer as it came, or the error that came instead. */
export interface Asked<Output> {
  readonly prediction?: Prediction<Output>;
  readonly failure?: Failure;
  /** From call to answer, in milliseconds. */
  readonly ms: number;
}

/** The answers of a solution. */
export interface AskedAll<Output> {
  /** By position of the input; `undefined` where it was not asked. */
  readonly answers: readonly (Asked<Output> | undefined)[];
  /** Wall time of all calls together, in milliseconds. */
  readonly elapsedMs: number;
  /** Why the run ended before the last example. */
  readonly error?: Failure;
}

const mostInARow = 10;

/**
 * Asks for every input, in an order shuffled by the seed: so a run that is cut short is a fair sample, and the order of a
 * file tells a solution nothing. Each call gets its own copy of the input.
 */
export async function collectAnswers<Input, Output>(
  solution: Solution<Input, Output>,
  inputs: readonly Input[],
  options: AskOptions,
  onAnswer: (done: number, elapsedMs: number) => void,
): Promise<AskedAll<Output>> {
  const { signal, concurrency = 1, seed = 0, graceMs = 2000 } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw invalidInput('Give `concurrency` as a whole number above 0.');
  const failureLimit = options.failureLimit ?? Math.max(10, Math.ceil(inputs.length * 0.05));
  const order = random(seed).shuffle(Array.from(inputs, (_, index) => index));
  const answers = new Array<Asked<Output> | undefined>(inputs.length).fill(undefined);
  const start = performance.now();
  let next = 0;
  let done = 0;
  let failures = 0;
  let inARow = 0;
  let error: Failure | undefined;

  const ask = async (index: number): Promise<void> => {
    const input = deepCopy(inputs[index]!, false);
    const ctx = Object.freeze(signal ? { signal } : {});
    const begun = performance.now();
    try {
      const call = Promise.resolve(solution.predict(input, ctx));
      const given: unknown = await waitFor(call, signal, graceMs);
      answers[index] = { prediction: readPrediction<Output>(given), ms: performance.now() - begun };
      inARow = 0;
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (signal?.aborted) {
        error ??= { tag: 'aborted', message: 'Cancelled.' };
        return;
      }
      if (isFatal(failure)) {
        error ??= failure;
        return;
      }
      answers[index] = { failure, ms: performance.now() - begun };
      failures++;
      inARow++;
      if (failures > failureLimit || inARow >= mostInARow) error ??= failure;
    }
    done++;
    onAnswer(done, performance.now() - start);
  };
  const worker = async (): Promise<void> => {
    while (next < order.length && !error) {
      if (signal?.aborted) {
        error = { tag: 'aborted', message: 'Cancelled.' };
        return;
      }
      await ask(order[next++]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, order.length) }, worker));
  const unanswered = done < order.length;
  return { answers, elapsedMs: performance.now() - start, ...(error && (unanswered || isFatal(error)) && { error }) };
}

/** Reads what came back, which a mode written in JavaScript may have got wrong. */
function readPrediction<Output>(given: unknown): Prediction<Output> {
  if (typeof given !== 'object' || given === null) {
    return { output: undefined, problem: 'The solution returned no prediction object.' };
  }
  const { output, problem, probabilities, usage, usd } = given as Prediction<Output>;
  return {
    output: deepCopy(output, true),
    ...(typeof problem === 'string' && { problem: shorten(problem, 200) }),
    ...(probabilities && { probabilities: deepCopy(probabilities, true) }),
    ...(usage && { usage: deepCopy(usage, true) }),
    ...(typeof usd === 'number' && usd >= 0 && { usd }),
  };
}
