// One output, by its kind.
import { Anchor, Group, Image, Progress, Stack, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { CopyButton } from '../frame/copy-button.tsx';
import { Icon } from '../frame/icon.tsx';
import { useLanguage, usePage, useWords } from '../frame/page.tsx';
import { useTold } from '../frame/told.tsx';
import type { WireTable } from '../inputs/table-field.tsx';
import { CodeBlock } from '../markdown/code-block.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import type { WireCitation } from '../wire/citation.ts';
import { type Component, prop } from '../wire/config.ts';
import { type FileData, fileName, fileUrl } from '../wire/file-value.ts';
import { bytesText, numberText, percentText } from '../words/formats.ts';
import { CitationList } from './citations.tsx';
import { DataTable } from './data-table.tsx';
import { Gallery, type GalleryValue } from './gallery.tsx';
import { Player } from './player.tsx';
import { Plot } from './plot.tsx';
import type { WirePlot } from './plot-rows.ts';

/** What every output is given. */
export interface ShownProps {
  readonly component: Component;
  readonly value: unknown;
  /** Left out: as the app calls it. */
  readonly label?: string;
  /** Whether more may come. */
  readonly isOpen: boolean;
  readonly onSelect?: ((row: Readonly<Record<string, unknown>>) => void) | undefined;
}

export function Shown(props: ShownProps) {
  const { component, value, isOpen } = props;
  const words = useWords();
  const told = useTold();
  const label = props.label ?? told(component.props.label);
  const { info } = component.props;
  const isNothing = value === null || value === undefined || value === '';
  return (
    // biome-ignore lint/a11y/useSemanticElements: nothing in it is filled in
    <div
      role="group"
      className="shown"
      aria-label={label}
      data-kind={component.modeshift.kind}
      data-name={component.modeshift.name}
    >
      <Group justify="space-between" gap="xs" mih={28}>
        <Text size="sm" fw={500} component="h3" className="plain-heading">
          {label}
        </Text>
        {typeof value === 'string' && value !== '' && component.modeshift.kind !== 'code' ? (
          <CopyButton text={value} />
        ) : null}
      </Group>
      {info ? (
        <Text size="xs" c="dimmed">
          {told(info)}
        </Text>
      ) : null}
      {isNothing && component.modeshift.kind !== 'log' ? (
        <Text size="sm" c="dimmed">
          {isOpen ? '…' : words.empty}
        </Text>
      ) : (
        <Value {...props} />
      )}
    </div>
  );
}

function Value({ component, value, isOpen, onSelect }: ShownProps) {
  const language = useLanguage();
  const told = useTold();
  const label = told(component.props.label);
  switch (component.modeshift.kind) {
    case 'number':
    case 'slider':
      return <Text className="number">{numberText(Number(value), language, 12)}</Text>;
    case 'radio':
    case 'dropdown':
      return <Text>{told(String(value))}</Text>;
    case 'checkbox':
      return <Text>{value ? '✓' : '✗'}</Text>;
    case 'multiselect':
      return <Text>{(value as readonly string[]).map(told).join(', ') || '–'}</Text>;
    case 'markdown':
      return <Markdown text={String(value)} isOpen={isOpen} level={4} />;
    case 'code':
      return <CodeBlock text={String(value)} language={prop<string>(component, 'language')} isOpen={isOpen} />;
    case 'json':
      return <CodeBlock text={JSON.stringify(value, null, 2)} language="json" isOpen={isOpen} />;
    case 'table':
      return <DataTable table={value as WireTable} onSelect={onSelect} />;
    case 'plot':
      return <Plot plot={(value as { plot: WirePlot }).plot} label={label} />;
    case 'label':
      return <Bars value={value as LabelValue} />;
    case 'file':
      return <FileLink file={value as FileData} />;
    case 'files':
      return (
        <Stack gap={6}>
          {(value as readonly FileData[]).map(file => (
            <FileLink key={file.path} file={file} />
          ))}
        </Stack>
      );
    case 'citations':
      return <CitationList passages={value as readonly WireCitation[]} />;
    case 'audio':
      return <Player file={value as FileData} />;
    case 'image':
      return <Picture file={value as FileData} />;
    case 'gallery':
      return <Gallery items={value as GalleryValue} />;
    case 'progress':
      return <Bar value={value as BarValue} label={label} />;
    case 'log':
      return <Log text={(value as string | null) ?? ''} label={label} />;
    case 'chat':
      return <Messages messages={value as readonly WireMessage[]} isOpen={isOpen} />;
    default:
      return <Text className="text-value">{String(value)}</Text>;
  }
}

interface LabelValue {
  readonly label: string | null;
  readonly confidences: readonly { readonly label: string; readonly confidence: number }[] | null;
}

function Bars({ value }: { readonly value: LabelValue }) {
  const language = useLanguage();
  const told = useTold();
  return (
    <Stack gap={8} component="ul" className="bars">
      {(value.confidences ?? []).map(({ label, confidence }, i) => (
        <li key={label}>
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <Text size="sm" fw={i === 0 ? 600 : 400}>
              {told(label)}
            </Text>
            <Text size="sm" className="tabular">
              {percentText(confidence, language)}
            </Text>
          </Group>
          <Progress value={confidence * 100} size="sm" color={i === 0 ? 'indigo' : 'gray'} aria-label={told(label)} />
        </li>
      ))}
    </Stack>
  );
}

interface BarValue {
  readonly done: number;
  readonly total: number | null;
  readonly label: string | null;
}

export function Bar({ value, label }: { readonly value: BarValue; readonly label: string }) {
  const words = useWords();
  const language = useLanguage();
  const { done, total } = value;
  const said =
    total === null
      ? numberText(done, language)
      : words.ofTotal(numberText(done, language), numberText(total, language));
  return (
    <div>
      <Group justify="space-between">
        <Text size="sm">{value.label ?? ''}</Text>
        <Text size="sm" className="tabular">
          {said}
        </Text>
      </Group>
      <Progress
        value={total === null ? 100 : (100 * done) / Math.max(total, 1)}
        animated={total === null}
        aria-label={value.label ?? label}
      />
    </div>
  );
}

function Log({ text, label }: { readonly text: string; readonly label: string }) {
  const words = useWords();
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls on with each new line
  useEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    <pre
      ref={box}
      className="log"
      role="log"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which must work by keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    >
      {text || <span className="dimmed">{words.noLines}</span>}
    </pre>
  );
}

function FileLink({ file }: { readonly file: FileData }) {
  const { base } = usePage();
  const words = useWords();
  const language = useLanguage();
  const name = fileName(file);
  const said = file.size === null ? name : `${name} · ${bytesText(file.size, language)}`;
  return (
    <Anchor href={fileUrl(file, base)} download={name} className="file-link" aria-label={words.downloadFile(said)}>
      <Icon name="download" />
      <span>{said}</span>
    </Anchor>
  );
}

function Picture({ file }: { readonly file: FileData }) {
  const { base } = usePage();
  return <Image src={fileUrl(file, base)} alt={fileName(file)} radius="sm" mah={480} w="auto" fit="contain" />;
}

interface WireMessage {
  readonly role: string;
  readonly content: unknown;
}

function Messages({ messages, isOpen }: { readonly messages: readonly WireMessage[]; readonly isOpen: boolean }) {
  const words = useWords();
  const names: Readonly<Record<string, string>> = { user: words.you, assistant: words.assistant, system: words.system };
  return (
    <Stack gap="xs">
      {messages.map(({ role, content }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages have no other name
        <div key={i} className="bubble" data-role={role}>
          <Text size="xs" c="dimmed">
            {names[role] ?? role}
          </Text>
          <Markdown
            text={typeof content === 'string' ? content : JSON.stringify(content)}
            isOpen={isOpen && i === messages.length - 1}
            level={4}
          />
        </div>
      ))}
    </Stack>
  );
}
