// The messages of a thread. Only those in sight are drawn; it stays at its end while it grows, unless one scrolls away.
import { ActionIcon, Button, Stack, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Icon } from '../frame/icon.tsx';
import { useWords } from '../frame/page.tsx';
import { CallStatus } from '../function/call-status.tsx';
import type { CallState } from '../wire/call-state.ts';
import { isBusy } from '../wire/call-state.ts';
import type { ChatState } from './chat-state.ts';
import { shownMessages, type Thread, versionsOf } from './conversation.ts';
import { MessageView } from './message-view.tsx';

export interface ThreadViewProps {
  readonly chat: ChatState;
  readonly index: number;
  readonly thread: Thread;
  readonly call: CallState;
  readonly name: string;
  readonly examples: readonly string[];
  readonly onExample: (text: string) => void;
}

const nearPixels = 80;

export function ThreadView({ chat, index, thread, call, name, examples, onExample }: ThreadViewProps) {
  const words = useWords();
  const messages = useMemo(() => shownMessages(thread), [thread]);
  const box = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const [isAway, setAway] = useState(false);
  const virtual = useVirtualizer({
    count: messages.length,
    getScrollElement: () => box.current,
    estimateSize: () => 110,
    overscan: 4,
    getItemKey: i => messages[i]!.id,
    useFlushSync: false,
  });
  const height = virtual.getTotalSize();

  const toEnd = (): void => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows whatever makes the thread longer
  useLayoutEffect(() => {
    if (isFollowing.current) toEnd();
  }, [height, messages, call]);
  // What one says oneself is always shown.
  const asked = messages.filter(one => one.role === 'user').length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when one has said something
  useEffect(() => {
    isFollowing.current = true;
    toEnd();
  }, [asked]);

  return (
    <div className="thread">
      <div
        ref={box}
        className="messages"
        role="log"
        aria-label={name}
        aria-live="polite"
        aria-busy={isBusy(call)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which must work by keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isFollowing.current = scrollHeight - scrollTop - clientHeight < nearPixels;
          setAway(!isFollowing.current);
        }}
      >
        {messages.length === 0 ? (
          <Stack align="center" justify="center" className="chat-empty" gap="md">
            <Text size="lg" fw={600}>
              {words.startHere}
            </Text>
            <Stack gap={8} align="stretch">
              {examples.map(example => (
                <Button
                  key={example}
                  variant="default"
                  radius="lg"
                  className="example"
                  onClick={() => onExample(example)}
                >
                  {example}
                </Button>
              ))}
            </Stack>
          </Stack>
        ) : (
          <div style={{ height, position: 'relative' }}>
            {virtual.getVirtualItems().map(item => {
              const node = messages[item.index]!;
              const versions = versionsOf(thread, node.id);
              const isLast = item.index === messages.length - 1;
              return (
                <div
                  key={item.key}
                  ref={virtual.measureElement}
                  data-index={item.index}
                  className="message-place"
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <MessageView
                    chat={chat}
                    threadIndex={index}
                    node={node}
                    place={versions.indexOf(node)}
                    count={versions.length}
                    isOpen={isLast && isBusy(call)}
                  />
                  {isLast && (isBusy(call) || call.failure) ? (
                    <CallStatus
                      call={node.content && !call.failure ? { ...call, status: 'idle' } : call}
                      onRetry={() => chat.again(index, node.id)}
                    />
                  ) : null}
                </div>
              );
            })}
          </div>
        )}
      </div>
      {isAway ? (
        <ActionIcon
          className="to-end"
          radius="xl"
          size="lg"
          variant="default"
          aria-label={words.toEnd}
          onClick={() => {
            isFollowing.current = true;
            toEnd();
          }}
        >
          <Icon name="down" />
        </ActionIcon>
      ) : null}
    </div>
  );
}
