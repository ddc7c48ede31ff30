// Makes a typed error of whatever a provider threw, and gives it what had been answered.
import { ModeshiftError, type PartialAnswer } from './errors.ts';

/** The error itself when it is typed; anything else becomes one, with the original as its cause. */
export function asModeshiftError(error: unknown, who: string, began: boolean): ModeshiftError {
  if (ModeshiftError.is(error)) return error;
  const said = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === 'AbortError') {
    return new ModeshiftError({ tag: 'aborted' }, 'The work was cancelled.', { cause: error });
  }
  return began
    ? new ModeshiftError({ tag: 'interrupted' }, `${who} broke off its answer: ${said}`, { cause: error })
    : new ModeshiftError({ tag: 'internal' }, `${who} failed without a reason that Modeshift knows: ${said}`, {
        cause: error,
      });
}

/** Attaches what had been answered to an error that has nothing attached yet. The error stays the same object. */
export function withPartial(error: ModeshiftError, partial: PartialAnswer): ModeshiftError {
  if (error.partial === undefined && Object.isExtensible(error)) {
    Object.defineProperty(error, 'partial', { value: partial, configurable: true });
  }
  return error;
}
