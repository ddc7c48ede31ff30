// From a call to the body of a request that counts its tokens.
import type { LanguageCall } from '@modeshift/core';
import { type Dialect, type MessagesRequest, toRequest } from './to-request.ts';

/** What the counting endpoint takes of a request; it refuses the rest. */
const counted = new Set([
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
  'context_management',
  'mcp_servers',
  'speed',
]);

/**
 * Builds the body. A bare text is counted as one message of a user, because the wire counts messages only.
 *
 * Source: https://platform.claude.com/docs/en/api/messages/count_tokens
 */
export function toCountRequest(
  modelId: string,
  call: string | LanguageCall,
  dialect: Dialect,
): Pick<MessagesRequest, 'body' | 'betas'> {
  const whole: LanguageCall = typeof call === 'string' ? { messages: [{ role: 'user', content: call }] } : call;
  const { body, betas } = toRequest(modelId, whole, dialect);
  return { body: Object.fromEntries(Object.entries(body).filter(([name]) => counted.has(name))), betas };
}
