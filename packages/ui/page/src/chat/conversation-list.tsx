// The conversations that this browser keeps: found, opened, exported, deleted.
import { ActionIcon, Button, Group, Menu, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { Icon } from '../frame/icon.tsx';
import { useLanguage, useWords } from '../frame/page.tsx';
import { momentText } from '../words/formats.ts';
import type { ChatState } from './chat-state.ts';
import { asMarkdown, type Conversation } from './conversation.ts';
import { exportedText, ImportError } from './exported-conversations.ts';

export interface ConversationListProps {
  readonly chat: ChatState;
  readonly kept: readonly Conversation[];
  readonly current: string;
  readonly onDone: () => void;
}

export function ConversationList({ chat, kept, current, onDone }: ConversationListProps) {
  const words = useWords();
  const language = useLanguage();
  const [query, setQuery] = useState('');
  const [isSure, setSure] = useState(false);
  const names = { user: words.you, assistant: words.assistant };
  const found = query.trim() === '' ? kept : kept.filter(one => contains(one, query.trim()));
  return (
    <Stack gap="sm">
      <Button
        variant="light"
        onClick={() => {
          chat.create();
          onDone();
        }}
      >
        {words.newConversation}
      </Button>
      <TextInput
        type="search"
        aria-label={words.searchConversations}
        placeholder={words.searchConversations}
        value={query}
        onChange={event => setQuery(event.currentTarget.value)}
      />
      {found.length === 0 ? (
        <Text size="sm" c="dimmed">
          {kept.length === 0 ? words.noConversations : words.noMatch}
        </Text>
      ) : null}
      <ul className="runs">
        {found.map(one => (
          <li key={one.id} className="kept">
            <button
              type="button"
              className="run"
              aria-current={one.id === current || undefined}
              onClick={() => {
                chat.open(one.id);
                onDone();
              }}
            >
              <span className="kept-title">{one.title}</span>
              <span className="dimmed">{momentText(one.updatedAt, language)}</span>
            </button>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={`${words.download}: ${one.title}`}>
                  <Icon name="download" />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => save(`${one.title}.json`, 'application/json', exportedText([one]))}>
                  {words.exportJson}
                </Menu.Item>
                <Menu.Item onClick={() => save(`${one.title}.md`, 'text/markdown', asMarkdown(one, names))}>
                  {words.exportMarkdown}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${words.deleteConversation}: ${one.title}`}
              onClick={() => void chat.remove([one.id])}
            >
              <Icon name="trash" />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <Group gap={4}>
        {kept.length > 1 ? (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            onClick={() => save(`${words.conversations}.json`, 'application/json', exportedText(kept))}
          >
            {words.exportAll}
          </Button>
        ) : null}
        <ImportButton chat={chat} />
      </Group>
      {kept.length > 1 ? (
        isSure ? (
          <Stack gap={6} role="alertdialog" aria-label={words.deleteAll}>
            <Text size="sm">{words.deleteAllSure}</Text>
            <Group gap="xs">
              <Button
                size="compact-sm"
                color="red"
                onClick={() => {
                  setSure(false);
                  void chat.remove(kept.map(one => one.id));
                }}
              >
                {words.delete}
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => setSure(false)}>
                {words.cancel}
              </Button>
            </Group>
          </Stack>
        ) : (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setSure(true)}>
            {words.deleteAll}
          </Button>
        )
      ) : null}
      <Text size="xs" c="dimmed">
        {words.keptHere}
      </Text>
    </Stack>
  );
}

/** Takes files that were exported here or elsewhere, and tells what came of them. */
function ImportButton({ chat }: { readonly chat: ChatState }) {
  const words = useWords();
  const chooser = useRef<HTMLInputElement>(null);
  const [came, setCame] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const take = async (files: FileList | null): Promise<void> => {
    setProblem(undefined);
    let count = 0;
    for (const file of files ?? []) {
      try {
        count += await chat.import(file);
      } catch (error) {
        const why = error instanceof ImportError ? words.importProblems[error.problem] : words.notKept;
        setProblem(`${file.name}: ${why}`);
      }
    }
    setCame(count > 0 ? words.imported(count) : undefined);
    if (chooser.current) chooser.current.value = '';
  };
  return (
    <>
      <input
        ref={chooser}
        type="file"
        className="unseen"
        tabIndex={-1}
        aria-label={words.importJson}
        accept=".json"
        multiple
        onChange={event => void take(event.currentTarget.files)}
      />
      <Button size="compact-sm" variant="subtle" color="gray" onClick={() => chooser.current?.click()}>
        {words.importJson}
      </Button>
      <Text size="sm" role="status" c="dimmed">
        {came}
      </Text>
      {problem ? (
        <Text size="sm" role="alert" c="red">
          {problem}
        </Text>
      ) : null}
    </>
  );
}

/** In the title, or in any message of any version. */
function contains({ title, threads }: Conversation, query: string): boolean {
  const low = query.toLocaleLowerCase();
  const texts = threads.flatMap(thread => Object.values(thread.nodes).map(node => node.content));
  return [title, ...texts].some(text => text.toLocaleLowerCase().includes(low));
}

function save(name: string, type: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name.replace(/[\\/:*?"<>|\n]/g, ' ');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
