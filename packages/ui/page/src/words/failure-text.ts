// A failure in the visitor's language; what the server said stays as it said it.
import type { Failure } from '../wire/failure.ts';
import type { Words } from './en.ts';

export function failureText(failure: Failure, words: Words): string {
  const later = failure.retryAfterSeconds === undefined ? '' : ` ${words.tryIn(failure.retryAfterSeconds)}`;
  switch (failure.kind) {
    case 'fields':
      return words.fieldsWrong;
    case 'busy':
      return words.busy + later;
    case 'too-many':
      return words.tooMany + later;
    case 'too-large':
      return `${words.tooLarge} ${failure.message}`;
    case 'log-in':
      return words.logInAgain;
    case 'unreachable':
      return words.unreachable;
    case 'restarted':
      return words.restarted;
    case 'lost':
      return words.lost;
    case 'failed':
      return failure.message || words.noReason;
  }
}
