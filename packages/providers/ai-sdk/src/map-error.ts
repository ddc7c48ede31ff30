// From the errors of the AI SDK to the one error of the house. They are told apart by name: no class is imported.
import { abortedError, type ErrorTag, ModeshiftError, retryAfterMs } from '@modeshift/core';
import { serverWords } from '@modeshift/core/provider';

/** What is known about a call that failed. */
export interface FailedCall {
  readonly provider: string;
  readonly modelId: string;
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Content had reached the caller before. */
  readonly began?: boolean;
}

interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly statusCode?: number;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: string;
  readonly functionality?: string;
  readonly url?: string;
  readonly isRetryable?: boolean;
  readonly lastError?: unknown;
  readonly cause?: unknown;
  readonly code?: unknown;
}

const byName: Readonly<Record<string, ErrorTag>> = {
  AI_LoadAPIKeyError: 'authentication',
  AI_NoSuchModelError: 'not-found',
  AI_InvalidPromptError: 'invalid-input',
  AI_InvalidArgumentError: 'invalid-input',
  AI_TooManyEmbeddingValuesForCallError: 'invalid-input',
  AI_LoadSettingError: 'invalid-input',
  AI_JSONParseError: 'invalid-response',
  AI_TypeValidationError: 'invalid-response',
  AI_InvalidResponseDataError: 'invalid-response',
  AI_EmptyResponseBodyError: 'invalid-response',
  AI_NoContentGeneratedError: 'invalid-response',
};

/**
 * Maps an error. Errors of the AI SDK hold the request and its headers: neither they nor their causes are attached, and what
 * they say is cleaned of keys and cut.
 */
export function mapError(thrown: unknown, failed: FailedCall): ModeshiftError {
  if (ModeshiftError.is(thrown)) return thrown;
  if (failed.signal?.aborted) return abortedError(failed.signal);
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : { message: String(thrown) }) as SdkError;
  if (error.name === 'AI_RetryError' && error.lastError) return mapError(error.lastError, failed);
  const who = `${failed.provider} ${failed.modelId}`;
  const secrets = Object.values(failed.headers ?? {}).filter(value => value.length >= 8);
  const said = serverWords(error.message ?? '', secrets);
  const request = {
    provider: failed.provider,
    modelId: failed.modelId,
    ...(error.url && { url: error.url.replace(/[?#].*$/, '') }),
  };
  if (error.name === 'AI_UnsupportedFunctionalityError') {
    const feature = error.functionality ?? 'this';
    return new ModeshiftError({ tag: 'unsupported', feature }, `${who} does not support ${feature}.`, { request });
  }
  const isRefusal = error.name === 'AI_APICallError' && error.statusCode !== undefined;
  // An answer that broke off is reported with the status 200 that it began with.
  if (isRefusal && !(failed.began && error.statusCode! < 300)) return refusal(error, said, who, request);
  const known = byName[error.name ?? ''];
  if (known && !failed.began) {
    return new ModeshiftError({ tag: known } as { tag: 'internal' }, `${who}: ${said}`, { request });
  }
  if (failed.began)
    return new ModeshiftError({ tag: 'interrupted' }, `${who} broke off its answer: ${said}`, { request });
  if (error.name === 'AbortError') return abortedError(failed.signal);
  const code = codeOf(error);
  if (error.name === 'AI_APICallError' || thrown instanceof TypeError || code !== undefined) {
    return new ModeshiftError(
      { tag: 'network', ...(code !== undefined && { code }) },
      `${who} could not be reached: ${said}. Check the address and the connection.`,
      { request },
    );
  }
  return new ModeshiftError({ tag: 'internal' }, `${who} failed without a reason that Modeshift knows: ${said}`, {
    request,
  });
}

function refusal(error: SdkError, said: string, who: string, request: object): ModeshiftError {
  const status = error.statusCode!;
  const tag = tagOf(status, `${error.responseBody ?? ''} ${error.message ?? ''}`);
  const wait = retryAfterMs(error.responseHeaders ?? {});
  const id = error.responseHeaders?.['x-request-id'] ?? error.responseHeaders?.['request-id'];
  return new ModeshiftError(
    (tag === 'invalid-response' ? { tag } : { tag, status }) as { tag: 'server'; status: number },
    `${who} answered HTTP ${status}${said && `: ${said}`}`,
    { request, ...(wait !== undefined && { retryAfterMs: wait }), ...(id && { requestId: id }) },
  );
}

function tagOf(status: number, words: string): ErrorTag {
  if (status < 300) return 'invalid-response';
  if (/insufficient_quota|billing|credit balance/i.test(words) || status === 402) return 'quota';
  if (/context.length|maximum context|too many tokens|prompt is too long/i.test(words)) return 'context-length';
  if (/content_filter|content_policy/i.test(words)) return 'content-filter';
  if (status === 401 || status === 403) return 'authentication';
  if (status === 404) return 'not-found';
  if (status === 429) return 'rate-limit';
  return status === 408 || status === 409 || status >= 500 ? 'server' : 'refused';
}

function codeOf(error: SdkError): string | undefined {
  for (let at: SdkError | undefined = error; at; at = at.cause as SdkError | undefined)
    if (typeof at.code === 'string') return at.code;
  return undefined;
}
