// One message with what can be done about it.
import { ActionIcon, Anchor, Button, Group, Image, Stack, Text, Textarea, Tooltip } from '@mantine/core';
import { memo, type ReactNode, useState } from 'react';
import { CopyButton } from '../frame/copy-button.tsx';
import { Icon } from '../frame/icon.tsx';
import { usePage, useWords } from '../frame/page.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { citationsIn, WithCitations } from '../outputs/citations.tsx';
import { fileName, fileUrl } from '../wire/file-value.ts';
import type { ChatState } from './chat-state.ts';
import { type MessageNode, versionsOf } from './conversation.ts';
import { RatingButtons, RatingReason } from './feedback.tsx';
import { MessageExtras } from './message-extras.tsx';

export interface MessageViewProps {
  readonly chat: ChatState;
  readonly threadIndex: number;
  readonly node: MessageNode;
  /** Which of how many versions it is, from 0. */
  readonly place: number;
  readonly count: number;
  /** Whether more of it may come. */
  readonly isOpen: boolean;
}

export const MessageView = memo(function MessageView(props: MessageViewProps) {
  const { chat, threadIndex, node, place, count, isOpen } = props;
  const words = useWords();
  const { base, config } = usePage();
  const [isAsked, setAsked] = useState(false);
  const [edited, setEdited] = useState<string>();
  const isUser = node.role === 'user';
  const choose = (step: number): void => {
    const versions = versionsOf(chat.threadAt(threadIndex), node.id);
    chat.choose(threadIndex, versions[place + step]!.id);
  };
  const isIdle = !isOpen;
  const extras = node.extras ?? {};
  const passages = citationsIn(chat.fn.outputs, ({ modeshift }) => extras[modeshift.name]);
  const view = (
    <article className="message" data-role={node.role} aria-label={isUser ? words.you : words.assistant}>
      {edited === undefined ? (
        <div className="bubble" data-role={node.role}>
          {node.files?.map(file =>
            file.mime_type?.startsWith('image/') ? (
              <Image
                key={file.path}
                src={fileUrl(file, base)}
                alt={fileName(file)}
                mah={220}
                w="auto"
                radius="md"
                mb={6}
              />
            ) : (
              <Anchor
                key={file.path}
                href={fileUrl(file, base)}
                download={fileName(file)}
                size="sm"
                display="block"
                mb={4}
              >
                {fileName(file)}
              </Anchor>
            ),
          )}
          {isUser ? <div className="text-value">{node.content}</div> : <Markdown text={node.content} isOpen={isOpen} />}
        </div>
      ) : (
        <Edit
          first={edited}
          onCancel={() => setEdited(undefined)}
          onSave={text => {
            setEdited(undefined);
            chat.edit(threadIndex, node.id, text);
          }}
        />
      )}
      {isIdle && edited === undefined ? (
        <Group gap={2} className="message-actions">
          {count > 1 ? (
            <Group gap={0} role="group" aria-label={words.branch(place + 1, count)}>
              <Action label={words.previousBranch} isOff={place === 0} onClick={() => choose(-1)}>
                <Icon name="left" size={16} />
              </Action>
              <Text size="xs" className="tabular" aria-live="polite">
                {words.branch(place + 1, count)}
              </Text>
              <Action label={words.nextBranch} isOff={place === count - 1} onClick={() => choose(1)}>
                <Icon name="right" size={16} />
              </Action>
            </Group>
          ) : null}
          {node.content ? <CopyButton text={node.content} /> : null}
          {isUser ? (
            <Action label={words.editMessage} onClick={() => setEdited(node.content)}>
              <Icon name="edit" size={16} />
            </Action>
          ) : (
            <Action label={words.again} onClick={() => chat.again(threadIndex, node.id)}>
              <Icon name="again" size={16} />
            </Action>
          )}
          {!isUser && node.content && config.modeshift.takesFeedback ? (
            <RatingButtons chat={chat} threadIndex={threadIndex} node={node} onAsk={() => setAsked(true)} />
          ) : null}
          {node.isStopped ? (
            <Text size="xs" c="dimmed">
              {words.stopped}
            </Text>
          ) : null}
        </Group>
      ) : null}
      {isAsked ? (
        <RatingReason chat={chat} threadIndex={threadIndex} node={node} onDone={() => setAsked(false)} />
      ) : null}
      {isUser ? null : <MessageExtras chat={chat} node={node} isOpen={isOpen} />}
    </article>
  );
  return passages.length > 0 ? <WithCitations passages={passages}>{view}</WithCitations> : view;
});

interface EditProps {
  readonly first: string;
  readonly onSave: (text: string) => void;
  readonly onCancel: () => void;
}

function Edit({ first, onSave, onCancel }: EditProps) {
  const words = useWords();
  const [text, setText] = useState(first);
  return (
    <Stack gap={6}>
      <Textarea
        aria-label={words.editMessage}
        autosize
        autoFocus
        maxRows={14}
        value={text}
        onChange={event => setText(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Escape') onCancel();
        }}
      />
      <Group gap="xs" justify="flex-end">
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          {words.cancel}
        </Button>
        <Button size="compact-sm" disabled={text.trim() === ''} onClick={() => onSave(text)}>
          {words.saveAndSend}
        </Button>
      </Group>
    </Stack>
  );
}

interface ActionProps {
  readonly label: string;
  readonly isOff?: boolean;
  /** For what is on or off. */
  readonly isOn?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

export function Action({ label, isOff = false, isOn, onClick, children }: ActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={isOn ? 'light' : 'subtle'}
        color={isOn ? 'indigo' : 'gray'}
        aria-label={label}
        aria-pressed={isOn}
        disabled={isOff}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
