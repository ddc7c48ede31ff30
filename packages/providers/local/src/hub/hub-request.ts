// Requests to the hub: with the token, with patience for what passes, and without more where it does not help.
import { abortedError, ModeshiftError } from '@modeshift/core';
import { sleep } from '@modeshift/core/provider';
import { errorOfNetwork, errorOfResponse, type HubSubject } from './hub-errors.ts';

/** Sends requests about one checkpoint. */
export interface HubRequest {
  readonly subject: HubSubject;
  readonly signal: AbortSignal | undefined;
  /**
   * The answer to a GET, status 2xx. `path` begins with a slash; the token goes to the endpoint alone, not where it redirects to.
   *
   * @throws ModeshiftError `network`, `authentication`, `not-found`, `rate-limit`, `server`, `refused` or `aborted`.
   */
  send(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Waits before a next try, longer each time; throws `error` when there were enough, or when it cannot pass. */
  waitAfter(error: ModeshiftError, tries: number): Promise<void>;
}

const firstWaitMs = 500;
const longestWaitMs = 60_000;

/** Makes a {@link HubRequest}; the wait between tries is doubled each time. */
export function hubRequest(subject: HubSubject, signal: AbortSignal | undefined, mostTries = 5): HubRequest {
  const { settings } = subject;

  const once = async (path: string, headers: Readonly<Record<string, string>>): Promise<Response> => {
    let response: Response;
    try {
      response = await fetch(settings.endpoint + path, {
        headers: {
          'user-agent': 'modeshift',
          // Sizes and ranges are those of the file.
          'accept-encoding': 'identity',
          ...(settings.token !== undefined && { authorization: `Bearer ${settings.token}` }),
          ...headers,
        },
        ...(signal && { signal }),
      });
    } catch (error) {
      if (signal?.aborted) throw abortedError(signal);
      throw errorOfNetwork(error, subject);
    }
    if (!response.ok) throw await errorOfResponse(response, subject);
    return response;
  };

  const waitAfter = async (error: ModeshiftError, tries: number): Promise<void> => {
    if (!error.isRetryable || tries >= mostTries) throw error;
    const ms = error.retryAfterMs ?? firstWaitMs * 2 ** (tries - 1);
    if (ms > longestWaitMs) throw error;
    await sleep(ms, signal);
  };

  return {
    subject,
    signal,
    waitAfter,
    async send(path, headers = {}) {
      for (let tries = 1; ; tries++) {
        try {
          return await once(path, headers);
        } catch (error) {
          // A name that is not known or a refused connection does not pass in seconds.
          if (!ModeshiftError.is(error) || isFinal(error)) throw error;
          await waitAfter(error, tries);
        }
      }
    },
  };
}

function isFinal({ reason }: ModeshiftError): boolean {
  return (
    reason.tag === 'network' && /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH)$/.test(reason.code ?? '')
  );
}
