// A file: dropped or chosen, uploaded at once, shown with how far it is.
import { ActionIcon, Button, Group, Image, Input, Progress, Text } from '@mantine/core';
import { useId, useRef, useState } from 'react';
import { Icon } from '../frame/icon.tsx';
import { useLanguage, usePage, useWords } from '../frame/page.tsx';
import { Player } from '../outputs/player.tsx';
import { prop } from '../wire/config.ts';
import { Failure } from '../wire/failure.ts';
import { type FileData, fileName, fileUrl, fileValue } from '../wire/file-value.ts';
import { failureText } from '../words/failure-text.ts';
import { bytesText } from '../words/formats.ts';
import { type FieldProps, useFieldWords } from './field.tsx';
import { Recorder } from './recorder.tsx';

export function FileField(props: FieldProps) {
  const { component, value, onChange, disabled = false } = props;
  const { client, base } = usePage();
  const words = useWords();
  const language = useLanguage();
  const said = useFieldWords(props);
  const id = useId();
  const chooser = useRef<HTMLInputElement>(null);
  const [share, setShare] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const [isOver, setOver] = useState(false);
  const isMany = prop<string>(component, 'file_count') === 'multiple';
  const kinds = prop<readonly string[]>(component, 'file_types');
  const files = (isMany ? ((value as FileData[] | null) ?? []) : value ? [value as FileData] : []) as FileData[];

  const upload = async (given: Iterable<File> | null): Promise<void> => {
    const chosen = [...(given ?? [])].slice(0, isMany ? undefined : 1);
    if (chosen.length === 0) return;
    setProblem(undefined);
    setShare(0);
    try {
      const paths = await client.upload(chosen, (file, part) => setShare((file + part) / chosen.length));
      const sent = paths.map((path, i) => fileValue(path, chosen[i]!));
      onChange(isMany ? [...files, ...sent] : sent[0]);
    } catch (error) {
      setProblem(failureText(Failure.of(error), words));
    } finally {
      setShare(undefined);
      if (chooser.current) chooser.current.value = '';
    }
  };
  const remove = (file: FileData): void => {
    const left = files.filter(one => one !== file);
    onChange(isMany ? left : null);
  };

  return (
    <Input.Wrapper
      label={said.label}
      labelProps={{ htmlFor: id }}
      description={said.description}
      error={problem ?? said.error}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first */}
      <div
        className="drop"
        data-over={isOver || undefined}
        onDragOver={event => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={event => {
          event.preventDefault();
          setOver(false);
          if (!disabled) void upload(event.dataTransfer.files);
        }}
      >
        <input
          ref={chooser}
          id={id}
          type="file"
          className="unseen"
          tabIndex={-1}
          multiple={isMany}
          accept={kinds?.join(',')}
          disabled={disabled}
          onChange={event => void upload(event.currentTarget.files)}
        />
        {files.map(file => (
          <Group key={file.path} gap="xs" wrap="nowrap" className="file-row">
            {component.modeshift.kind === 'audio' ? <Player file={file} /> : null}
            {component.modeshift.kind === 'image' || file.mime_type?.startsWith('image/') ? (
              <Image src={fileUrl(file, base)} alt={fileName(file)} mah={160} w="auto" maw={200} radius="sm" />
            ) : null}
            <Text size="sm" truncate className="grow">
              {fileName(file)}
              {file.size === null ? '' : ` · ${bytesText(file.size, language)}`}
            </Text>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={words.removeFile(fileName(file))}
              onClick={() => remove(file)}
              disabled={disabled}
            >
              <Icon name="close" />
            </ActionIcon>
          </Group>
        ))}
        {component.modeshift.kind === 'audio' && share === undefined && !disabled ? (
          <Recorder onFile={file => void upload([file])} />
        ) : null}
        {share === undefined ? (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<Icon name="upload" />}
            onClick={() => chooser.current?.click()}
            disabled={disabled}
          >
            {files.length > 0 && !isMany ? words.replaceFile : isMany ? words.dropFiles : words.dropFile}
          </Button>
        ) : (
          <div role="status">
            <Text size="sm">{words.uploading(Math.round(share * 100))}</Text>
            <Progress value={share * 100} aria-label={words.uploading(Math.round(share * 100))} />
          </div>
        )}
        {kinds ? (
          <Text size="xs" c="dimmed">
            {words.allowed(kinds.join(', '))}
          </Text>
        ) : null}
      </div>
    </Input.Wrapper>
  );
}
