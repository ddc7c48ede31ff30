// What came with an answer besides its text: what it took, and the app's own outputs.
import { Stack, Text } from '@mantine/core';
import { useLanguage, useWords } from '../frame/page.tsx';
import { Shown } from '../outputs/shown.tsx';
import { durationText, numberText } from '../words/formats.ts';
import type { ChatState } from './chat-state.ts';
import type { MessageNode } from './conversation.ts';

export interface MessageExtrasProps {
  readonly chat: ChatState;
  readonly node: MessageNode;
  readonly isOpen: boolean;
}

export function MessageExtras({ chat, node, isOpen }: MessageExtrasProps) {
  const { extras } = node;
  if (!extras) return null;
  const others = chat.parts.extras.filter(
    ([, { modeshift }]) => modeshift.name in extras && modeshift.name !== 'details',
  );
  return (
    <Stack gap="sm" className="extras">
      {extras.details ? <Details details={extras.details as Details} /> : null}
      {others.map(([, component]) => (
        <Shown key={component.id} component={component} value={extras[component.modeshift.name]} isOpen={isOpen} />
      ))}
    </Stack>
  );
}

/** As a conversation over a model tells them. */
interface Details {
  readonly model?: string;
  readonly input_tokens?: number | null;
  readonly output_tokens?: number | null;
  readonly usd?: number | null;
  readonly seconds?: number;
  readonly seconds_to_first?: number | null;
}

function Details({ details }: { readonly details: Details }) {
  const words = useWords();
  const language = useLanguage();
  const { model, input_tokens, output_tokens, usd, seconds } = details;
  const tokens = (input_tokens ?? 0) + (output_tokens ?? 0);
  const parts = [
    model,
    tokens > 0 ? words.tokens(tokens) : undefined,
    seconds === undefined ? undefined : durationText(seconds, words, language),
    typeof usd === 'number' ? `$${numberText(usd, language, 2)}` : undefined,
  ];
  return (
    <Text size="xs" c="dimmed" className="tabular" aria-label={words.details} role="note">
      {parts.filter(Boolean).join(' · ')}
    </Text>
  );
}
