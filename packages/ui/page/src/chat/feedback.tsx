// Whether an answer was good: told to the server at once, with words if one has some.
import { Button, Group, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Icon } from '../frame/icon.tsx';
import { usePage, useWords } from '../frame/page.tsx';
import { Failure, failureOf } from '../wire/failure.ts';
import { failureText } from '../words/failure-text.ts';
import type { ChatState } from './chat-state.ts';
import { type MessageNode, messagesBefore } from './conversation.ts';
import { Action } from './message-view.tsx';

export interface FeedbackProps {
  readonly chat: ChatState;
  readonly threadIndex: number;
  readonly node: MessageNode;
}

type Rating = 'good' | 'bad';

/** The two buttons. `onAsk` is told when one may say why. */
export function RatingButtons({ chat, threadIndex, node, onAsk }: FeedbackProps & { readonly onAsk: () => void }) {
  const words = useWords();
  const send = useSend({ chat, threadIndex, node });
  const rate = async (rating: Rating): Promise<void> => {
    chat.rate(threadIndex, node.id, rating);
    onAsk();
    await send.give(rating, '');
  };
  return (
    <>
      <Action label={words.good} isOn={node.rating === 'good'} onClick={() => void rate('good')}>
        <Icon name="good" size={16} />
      </Action>
      <Action label={words.bad} isOn={node.rating === 'bad'} onClick={() => void rate('bad')}>
        <Icon name="bad" size={16} />
      </Action>
      {send.problem ? (
        <Text size="xs" c="red" role="alert">
          {send.problem}
        </Text>
      ) : null}
    </>
  );
}

/** The field for a reason. */
export function RatingReason({ onDone, ...props }: FeedbackProps & { readonly onDone: () => void }) {
  const words = useWords();
  const [text, setText] = useState('');
  const [isSent, setSent] = useState(false);
  const send = useSend(props);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (text.trim() === '' || !props.node.rating) return onDone();
    if (await send.give(props.node.rating, text)) setSent(true);
  };
  if (isSent)
    return (
      <Text size="xs" c="dimmed" role="status">
        {words.feedbackThanks}
      </Text>
    );
  return (
    <form onSubmit={event => void submit(event)} className="reason">
      <Group gap="xs" wrap="nowrap">
        <TextInput
          size="xs"
          className="grow"
          aria-label={words.feedbackWhy}
          placeholder={words.feedbackWhy}
          value={text}
          maxLength={10_000}
          error={send.problem}
          onChange={event => setText(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Escape') onDone();
          }}
        />
        <Button size="xs" type="submit" variant="default">
          {words.send}
        </Button>
      </Group>
    </form>
  );
}

function useSend({ chat, threadIndex, node }: FeedbackProps) {
  const { base } = usePage();
  const words = useWords();
  const [problem, setProblem] = useState<string>();
  const give = async (rating: Rating, comment: string): Promise<boolean> => {
    const messages = [...messagesBefore(chat.threadAt(threadIndex), node.id), node].map(({ role, content }) => ({
      role,
      content,
    }));
    try {
      const response = await fetch(new URL('feedback', base), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ fn: chat.fn.name, rating, comment, messages }),
      });
      if (!response.ok) throw await failureOf(response);
      setProblem(undefined);
      return true;
    } catch (error) {
      setProblem(failureText(error instanceof Failure ? error : new Failure('unreachable', ''), words));
      return false;
    }
  };
  return { give, problem };
}
