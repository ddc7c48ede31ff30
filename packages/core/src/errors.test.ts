import { describe, expect, it } from 'vitest';
import { abortedError, invalidInput, ModeshiftError, throwIfAborted } from './errors.ts';

describe('ModeshiftError', () => {
  it('decides by its reason whether to try again, unless it is told', () => {
    expect(new ModeshiftError({ tag: 'rate-limit' }, 'x').isRetryable).toBe(true);
    expect(new ModeshiftError({ tag: 'quota' }, 'x').isRetryable).toBe(false);
    expect(new ModeshiftError({ tag: 'server' }, 'x', { isRetryable: false }).isRetryable).toBe(false);
  });

  it('is known across copies of the package, by a brand and not by its class', () => {
    const foreign = Object.assign(new Error('x'), { reason: { tag: 'quota' }, [Symbol.for('modeshift.error')]: true });
    expect(foreign).not.toBeInstanceOf(ModeshiftError);
    expect(ModeshiftError.is(foreign)).toBe(true);
    expect(ModeshiftError.is(foreign, 'quota')).toBe(true);
    expect(ModeshiftError.is(foreign, 'rate-limit')).toBe(false);
    expect(ModeshiftError.is(new Error('x'))).toBe(false);
    expect(ModeshiftError.is(null)).toBe(false);
  });

  it('keeps its cause and lists the issues of wrong input', () => {
    const cause = new Error('below');
    expect(new ModeshiftError({ tag: 'network' }, 'x', { cause }).cause).toBe(cause);
    expect(invalidInput('x', ['a']).reason).toEqual({ tag: 'invalid-input', issues: ['a'] });
  });
});

describe('abort', () => {
  it('throws `aborted` only after the signal fired', () => {
    const controller = new AbortController();
    throwIfAborted(undefined);
    throwIfAborted(controller.signal);
    controller.abort();
    expect(() => throwIfAborted(controller.signal)).toThrow(expect.objectContaining({ reason: { tag: 'aborted' } }));
  });

  it('keeps a typed reason given to abort()', () => {
    const timeout = new ModeshiftError({ tag: 'timeout', limit: 'total', ms: 5 }, 'too slow');
    expect(abortedError(AbortSignal.abort(timeout))).toBe(timeout);
  });
});
