// A failure in the visitor's language; what the server said stays as it said it.
import type { Failure } from '../wire/failure.ts';
import type { Words } from './en.ts';

export function failureText(failure: Failure, words: Words): string {
  const { retryAfterSeconds, message } = failure;
  const later = retryAfterSeconds === undefined ? '' : words.tryIn(retryAfterSeconds);
  const said = (...sentences: readonly string[]): string => sentences.filter(Boolean).join(words.gap);
  switch (failure.kind) {
    case 'fields':
      return words.fieldsWrong;
    case 'busy':
      return said(words.busy, later);
    case 'too-many':
      return said(words.tooMany, later);
    case 'too-large':
      return said(words.tooLarge, message);
    case 'log-in':
      return words.logInAgain;
    case 'unreachable':
      return words.unreachable;
    case 'restarted':
      return words.restarted;
    case 'lost':
      return words.lost;
    case 'failed':
      return message || words.noReason;
  }
}
