// A conversation: threads, what to say, settings, and the conversations that are kept.
import { ActionIcon, Group, Paper, Title, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { Icon } from '../frame/icon.tsx';
import { useFunction, usePage, useWords } from '../frame/page.tsx';
import { SidePanel } from '../frame/side-panel.tsx';
import { useTold } from '../frame/told.tsx';
import { firstValues, type InputValues } from '../function/first-values.ts';
import type { FunctionState } from '../function/function-state.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { isBusy } from '../wire/call-state.ts';
import { ChatState } from './chat-state.ts';
import { Composer } from './composer.tsx';
import { ConversationList } from './conversation-list.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import { ThreadChoice } from './thread-choice.tsx';
import { ThreadView } from './thread-view.tsx';

export function ChatCard({ state, isAlone }: { readonly state: FunctionState; readonly isAlone: boolean }) {
  const words = useWords();
  const told = useTold();
  const { client, config, base, ended } = usePage();
  const { fn } = state;
  const chat = useMemo(
    () =>
      new ChatState(fn, client, [new URL(base).pathname, fn.name, config.username ?? ''].join(' '), outputs =>
        ended(fn, outputs),
      ),
    [fn, client, base, config.username, ended],
  );
  const { conversation, kept, calls } = useSyncExternalStore(chat.subscribe, chat.snapshot);
  const [isListOpen, list] = useDisclosure(false);
  const [areSettingsOpen, settings] = useDisclosure(false);
  const [draft, setDraft] = useState('');
  // A link, or another function, may bring a message to begin with and settings.
  const { values } = useFunction(state);
  const brought = useRef<InputValues>(firstValues(fn));
  useEffect(() => {
    const isNew = (name: string): boolean => values[name] !== brought.current[name];
    if (typeof values.message === 'string' && isNew('message')) setDraft(values.message);
    const settings = chat.parts.settings.map(one => one.modeshift.name).filter(isNew);
    // What a visitor has set stays, where nothing else was brought.
    if (settings.length > 0) chat.setSettings(0, Object.fromEntries(settings.map(name => [name, values[name]])));
    brought.current = values;
  }, [chat, values]);
  const isTwo = conversation.threads.length > 1;
  const hasSettings = chat.parts.settings.length > 0;
  const { choice } = chat.parts;
  const side = (i: number): string | undefined => (isTwo ? (i === 0 ? words.sideLeft : words.sideRight) : undefined);
  return (
    <Paper
      component="section"
      withBorder
      radius="lg"
      className="card chat"
      data-alone={isAlone || undefined}
      aria-label={told(fn.label)}
      id={`fn-${fn.name}`}
    >
      <Group justify="space-between" wrap="nowrap" className="chat-head">
        <Group gap="xs" wrap="nowrap" className="grow">
          <Head label={words.conversations} onClick={list.open}>
            <Icon name="menu" />
          </Head>
          <Title order={2} size="h5" lineClamp={1}>
            {conversation.title || told(fn.label)}
          </Title>
        </Group>
        <Group gap={4} wrap="nowrap">
          {hasSettings ? (
            <>
              <Head label={words.compareModels} isOn={isTwo} onClick={() => chat.setSideBySide(!isTwo)}>
                <Icon name="columns" />
              </Head>
              {chat.parts.settings.some(one => one !== choice) ? (
                <Head label={words.settings} onClick={settings.open}>
                  <Icon name="settings" />
                </Head>
              ) : null}
            </>
          ) : null}
          <Head label={words.newConversation} onClick={() => chat.create()}>
            <Icon name="plus" />
          </Head>
        </Group>
      </Group>
      {choice ? (
        <div className="thread-choices">
          {conversation.settings.map((values, i) => (
            <ThreadChoice
              // biome-ignore lint/suspicious/noArrayIndexKey: left and right
              key={i}
              component={choice}
              value={values[choice.modeshift.name]}
              onChange={value => chat.setSettings(i, { [choice.modeshift.name]: value })}
              side={side(i)}
            />
          ))}
        </div>
      ) : null}
      {fn.description && conversation.threads[0]?.chosen.root === undefined ? (
        <div className="chat-about">
          <Markdown text={told(fn.description)} />
        </div>
      ) : null}
      <div className="threads" data-two={isTwo || undefined}>
        {conversation.threads.map((thread, i) => (
          <ThreadView
            // biome-ignore lint/suspicious/noArrayIndexKey: left and right
            key={`${conversation.id} ${i}`}
            chat={chat}
            index={i}
            thread={thread}
            call={calls[i]!}
            name={side(i) ?? words.conversation}
            examples={fn.examples.map(one => told(String(one.message)))}
            onExample={setDraft}
          />
        ))}
      </div>
      <Composer chat={chat} isBusy={calls.some(isBusy)} draft={draft} onDraft={setDraft} />
      <SidePanel isOpen={isListOpen} onClose={list.close} title={words.conversations} side="left">
        <ConversationList chat={chat} kept={kept} current={conversation.id} onDone={list.close} />
      </SidePanel>
      <SidePanel isOpen={areSettingsOpen} onClose={settings.close} title={words.settings}>
        {conversation.settings.map((values, i) => (
          <SettingsPanel
            // biome-ignore lint/suspicious/noArrayIndexKey: left and right
            key={i}
            components={chat.parts.settings.filter(one => one !== choice)}
            values={values}
            onChange={change => chat.setSettings(i, change)}
            title={side(i)}
          />
        ))}
      </SidePanel>
    </Paper>
  );
}

interface HeadProps {
  readonly label: string;
  readonly isOn?: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}

function Head({ label, isOn, onClick, children }: HeadProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={isOn ? 'light' : 'subtle'}
        color={isOn ? 'indigo' : 'gray'}
        aria-label={label}
        aria-pressed={isOn}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
