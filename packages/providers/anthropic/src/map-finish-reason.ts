// Why a model stopped, in the words of the house.
import type { FinishReason } from '@modeshift/core';

/**
 * Maps the wire's `stop_reason`. `pause_turn` and `compaction` are `other`: the answer goes on when the history is sent again.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons
 */
export function mapFinishReason(reason: string): FinishReason {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
      return 'stop';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'tool-calls';
    case 'refusal':
      return 'content-filter';
    default:
      return 'other';
  }
}
