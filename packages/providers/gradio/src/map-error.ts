// From what the client and an app say to the one error of the house.
import { abortedError, type ErrorTag, ModeshiftError } from '@modeshift/core';
import { serverWords } from '@modeshift/core/provider';
import type { AppEvent } from './app-client.ts';

/** What is known about a call that failed. */
export interface FailedCall {
  readonly app: string;
  readonly secrets: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Text had reached the caller before. */
  readonly began: boolean;
}

/** An app that says that it failed. */
export function statusError(status: Extract<AppEvent, { type: 'status' }>, failed: FailedCall): ModeshiftError {
  const said = serverWords(wordsOf(status.message), secretsIn(failed));
  if (status.code === 'validation_error')
    return new ModeshiftError({ tag: 'refused', status: 422 }, `${failed.app} refused the inputs: ${said}`);
  if (/queue is full|too busy|currently busy|too many|rate limit|quota/i.test(said)) {
    const tag: ErrorTag = /quota/i.test(said) ? 'quota' : 'rate-limit';
    return new ModeshiftError({ tag }, `${failed.app} is busy: ${said} Try again later.`);
  }
  if (status.broken || /connection (errored|broke|was lost)|fetch failed|network/i.test(said))
    return lost(said, failed);
  if (failed.began) return new ModeshiftError({ tag: 'interrupted' }, `${failed.app} broke off its answer: ${said}`);
  return new ModeshiftError({ tag: 'server' }, `${failed.app} failed: ${said}`);
}

/** Anything thrown. */
export function mapError(error: unknown, failed: FailedCall): ModeshiftError {
  if (ModeshiftError.is(error)) return error;
  if (failed.signal?.aborted) return abortedError(failed.signal);
  const said = serverWords(error instanceof Error ? error.message : String(error), secretsIn(failed));
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  if (/invalid credentials|not authenticated|login|401|403/i.test(said)) {
    return new ModeshiftError(
      { tag: 'authentication' },
      `${failed.app} wants a login: pass auth or token. It said: ${said}`,
    );
  }
  if (/space metadata|not found|404/i.test(said))
    return new ModeshiftError({ tag: 'not-found' }, `There is no app at ${failed.app}. Check its address. ${said}`);
  if (/JSON|app config|Unexpected token/i.test(said) && cause?.code === undefined)
    return new ModeshiftError(
      { tag: 'invalid-response' },
      `${failed.app} is no Gradio app that this client can read: ${said}`,
    );
  return lost(said, failed, typeof cause?.code === 'string' ? cause.code : undefined);
}

function lost(said: string, failed: FailedCall, code?: string): ModeshiftError {
  if (failed.began) return new ModeshiftError({ tag: 'interrupted' }, `${failed.app} broke off its answer: ${said}`);
  return new ModeshiftError(
    { tag: 'network', ...(code !== undefined && { code }) },
    `${failed.app} could not be reached: ${said}. Check that the app runs, and its address.`,
  );
}

function wordsOf(message: unknown): string {
  if (typeof message === 'string' && message !== '') return message;
  if (message === null || message === undefined || message === '') return 'it did not say why (show_error is off)';
  return JSON.stringify(message);
}

/** A password of one or two letters is in every word. */
function secretsIn({ secrets }: FailedCall): readonly string[] {
  return secrets.filter(secret => secret.length >= 4);
}
