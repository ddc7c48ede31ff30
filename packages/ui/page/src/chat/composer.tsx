// Where a message is written: Enter sends, unless an input method is still composing.
import { ActionIcon, Group, Pill, Text, Textarea, Tooltip } from '@mantine/core';
import { type KeyboardEvent, memo, useEffect, useRef, useState } from 'react';
import { Icon } from '../frame/icon.tsx';
import { usePage, useWords } from '../frame/page.tsx';
import { prop } from '../wire/config.ts';
import { Failure } from '../wire/failure.ts';
import { type FileData, fileName, fileValue } from '../wire/file-value.ts';
import { failureText } from '../words/failure-text.ts';
import type { ChatState } from './chat-state.ts';

export interface ComposerProps {
  readonly chat: ChatState;
  readonly isBusy: boolean;
  readonly draft: string;
  readonly onDraft: (text: string) => void;
}

/** Not drawn again with every piece of an answer: the height of its field is measured each time. */
export const Composer = memo(function Composer({ chat, isBusy, draft, onDraft }: ComposerProps) {
  const words = useWords();
  const { client } = usePage();
  const [files, setFiles] = useState<readonly FileData[]>([]);
  const [share, setShare] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const accepted = chat.parts.files;

  useEffect(() => {
    if (draft !== '') field.current?.focus();
  }, [draft]);

  const upload = async (list: Iterable<File>): Promise<void> => {
    if (!accepted) return;
    const chosen = [...list].slice(0, accepted.isMany ? undefined : 1);
    if (chosen.length === 0) return;
    setProblem(undefined);
    setShare(0);
    try {
      const paths = await client.upload(chosen, (file, part) => setShare((file + part) / chosen.length));
      const sent = paths.map((path, i) => fileValue(path, chosen[i]!));
      setFiles(accepted.isMany ? [...files, ...sent] : sent);
    } catch (error) {
      setProblem(failureText(Failure.of(error), words));
    } finally {
      setShare(undefined);
      if (chooser.current) chooser.current.value = '';
    }
  };
  const send = (): void => {
    if (isBusy || share !== undefined || draft.trim() === '') return;
    chat.send(draft, files);
    onDraft('');
    setFiles([]);
  };
  const press = (event: KeyboardEvent): void => {
    // 229 is what some browsers send for the Enter that ends a composition. Source: UI Events, section 4.3.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className="composer"
      onSubmit={event => {
        event.preventDefault();
        if (isBusy) chat.stop();
        else send();
      }}
    >
      {files.length > 0 || share !== undefined || problem ? (
        <Group gap={6} mb={6}>
          {files.map(file => (
            <Pill
              key={file.path}
              withRemoveButton
              onRemove={() => setFiles(files.filter(one => one !== file))}
              removeButtonProps={{ 'aria-label': words.removeFile(fileName(file)), 'aria-hidden': false, tabIndex: 0 }}
            >
              {fileName(file)}
            </Pill>
          ))}
          <Text size="xs" role="status">
            {share === undefined ? '' : words.uploading(Math.round(share * 100))}
          </Text>
          {problem ? (
            <Text size="xs" c="red" role="alert">
              {problem}
            </Text>
          ) : null}
        </Group>
      ) : null}
      <div className="composer-row">
        {accepted ? (
          <>
            <input
              ref={chooser}
              type="file"
              className="unseen"
              tabIndex={-1}
              aria-label={words.attach}
              multiple={accepted.isMany}
              accept={prop<readonly string[]>(accepted.component, 'file_types')?.join(',')}
              onChange={event => void upload(event.currentTarget.files ?? [])}
            />
            <Tooltip label={words.attach}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={words.attach}
                onClick={() => chooser.current?.click()}
              >
                <Icon name="clip" />
              </ActionIcon>
            </Tooltip>
          </>
        ) : null}
        <Textarea
          ref={field}
          className="grow"
          variant="unstyled"
          aria-label={words.messageTo}
          placeholder={words.typeMessage}
          autosize
          minRows={1}
          maxRows={10}
          value={draft}
          onChange={event => onDraft(event.currentTarget.value)}
          onKeyDown={press}
          onPaste={event => {
            if (accepted && event.clipboardData.files.length > 0) {
              event.preventDefault();
              void upload(event.clipboardData.files);
            }
          }}
        />
        <Tooltip label={isBusy ? words.stop : words.send}>
          <ActionIcon
            type="submit"
            size="lg"
            radius="xl"
            variant="filled"
            color={isBusy ? 'red' : 'indigo'}
            aria-label={isBusy ? words.stop : words.send}
            aria-disabled={!isBusy && draft.trim() === ''}
          >
            {isBusy ? <Icon name="stop" /> : <Icon name="send" />}
          </ActionIcon>
        </Tooltip>
      </div>
      <Text size="xs" c="dimmed" className="composer-hint">
        {words.hint}
      </Text>
    </form>
  );
});
