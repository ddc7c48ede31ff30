// Why a model stopped, in the words of the house.
import type { FinishReason } from '@modeshift/core';

/** Maps the wire's `finish_reason`, also the spellings of compatible servers. */
export function mapFinishReason(reason: string): FinishReason {
  switch (reason.toLowerCase()) {
    case 'stop':
    case 'eos':
    case 'eos_token':
    case 'stop_sequence':
      return 'stop';
    case 'length':
    case 'max_tokens':
    case 'model_length':
      return 'length';
    case 'tool_calls':
    case 'function_call':
      return 'tool-calls';
    case 'content_filter':
    case 'sensitive':
      return 'content-filter';
    default:
      return 'other';
  }
}
