// What a recording of a call looks like, and under which key it lies.
import { type ErrorReason, invalidInput, ModeshiftError } from '../errors.ts';
import type { LanguageEvent } from '../language-event.ts';
import type { Model } from '../models.ts';
import { deserialize, serialize } from '../serialize.ts';
import { callKey } from './call-key.ts';
import { secretRules } from './redaction-rules.ts';
import type { OperationResult } from './wrap-model.ts';

/** A failed call. */
export interface RecordedError {
  readonly reason: ErrorReason;
  readonly message: string;
  readonly isRetryable: boolean;
  readonly retryAfterMs?: number;
}

/** A recorded call. */
export interface Recording {
  readonly version: 1;
  readonly provider: string;
  readonly modelId: string;
  readonly kind: string;
  /** What was asked. */
  readonly request: unknown;
  /** What was answered: a result, or events with the milliseconds after the start at which they came; or an error. */
  readonly result?: OperationResult;
  readonly events?: readonly (readonly [atMs: number, event: LanguageEvent])[];
  readonly error?: RecordedError;
}

/** Gives the keys of calls: the hash of the call, and a number for the same call made again. */
export function recordingKeys(): (model: Model, kind: string, content: unknown) => Promise<string> {
  const seen = new Map<string, number>();
  return async (model, kind, content) => {
    const key = await callKey(model, kind, content);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? key : `${key}-${count}`;
  };
}

/** @throws ModeshiftError `invalid-input` when the recording holds what looks like a secret. */
export function writeRecording(recording: Recording): string {
  const text = JSON.stringify(JSON.parse(serialize(recording)), undefined, 2);
  const secret = secretRules.find(rule =>
    new RegExp(rule.pattern.source, rule.pattern.flags.replace('g', '')).test(text),
  );
  if (secret) {
    throw invalidInput(
      `The call to ${recording.provider} ${recording.modelId} was not recorded: it holds what looks like a secret (${secret.name}). Take it out of the messages, or put redact() below record().`,
    );
  }
  return text;
}

/** @throws ModeshiftError `storage` for a text that is no recording. */
export function readRecording(text: string): Recording {
  let cause: unknown;
  try {
    const recording = deserialize(text) as Recording | null;
    if (recording?.version === 1) return recording;
  } catch (error) {
    cause = error;
  }
  throw new ModeshiftError({ tag: 'storage' }, 'A recording is damaged or of another version. Record it again.', {
    cause,
  });
}

export function recordError(error: unknown): RecordedError {
  if (!ModeshiftError.is(error)) {
    return {
      reason: { tag: 'internal' },
      message: error instanceof Error ? error.message : String(error),
      isRetryable: false,
    };
  }
  const { reason, message, isRetryable, retryAfterMs } = error;
  return { reason, message, isRetryable, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

export function replayError({ reason, message, ...options }: RecordedError): ModeshiftError {
  return new ModeshiftError(reason, message, options);
}
