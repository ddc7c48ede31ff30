// Passages that an answer rests on: numbered below it, opened beside the text, with the words that were quoted marked.
import { Anchor, Group, Text, UnstyledButton } from '@mantine/core';
import { type ReactNode, useCallback, useState } from 'react';
import { useWords } from '../frame/page.tsx';
import { SidePanel } from '../frame/side-panel.tsx';
import { CitationProvider, useCitations } from '../markdown/citations.tsx';
import type { WireCitation } from '../wire/citation.ts';
import type { Component } from '../wire/config.ts';
import { quotedParts } from './quoted-parts.ts';

/** The passages among the values of outputs. */
export function citationsIn(
  components: readonly Component[],
  valueAt: (component: Component, place: number) => unknown,
): readonly WireCitation[] {
  return components.flatMap((component, i) =>
    component.modeshift.kind === 'citations' ? ((valueAt(component, i) as readonly WireCitation[] | null) ?? []) : [],
  );
}

/** Lets links to `#cite-1` inside open the passage. */
export function WithCitations({
  passages,
  children,
}: {
  readonly passages: readonly WireCitation[];
  readonly children: ReactNode;
}) {
  const words = useWords();
  const [opened, setOpened] = useState<number>();
  const open = useCallback((number: string): void => setOpened(Number(number)), []);
  const passage = passages.find(one => one.number === opened);
  return (
    <CitationProvider value={passages.length > 0 ? open : undefined}>
      {children}
      <SidePanel
        isOpen={passage !== undefined}
        onClose={() => setOpened(undefined)}
        title={passage ? words.source(String(passage.number)) : ''}
      >
        {passage ? <Passage key={passage.number} passage={passage} /> : null}
      </SidePanel>
    </CitationProvider>
  );
}

const showInMiddle = (mark: HTMLElement | null): void => mark?.scrollIntoView({ block: 'center' });

function Passage({ passage: { title, text, quote, url } }: { readonly passage: WireCitation }) {
  const words = useWords();
  const [before, quoted, after] = quotedParts(text, quote);
  return (
    <article>
      <Text fw={600} mb="xs">
        {title}
      </Text>
      <p className="passage">
        {before}
        {quoted ? <mark ref={showInMiddle}>{quoted}</mark> : null}
        {after}
      </p>
      {url && /^https?:\/\//.test(url) ? (
        <Anchor href={url} target="_blank" rel="noreferrer noopener" size="sm">
          {words.openSource}
        </Anchor>
      ) : null}
    </article>
  );
}

export function CitationList({ passages }: { readonly passages: readonly WireCitation[] }) {
  const open = useCitations();
  return (
    <Group gap={6} component="ol" className="citations">
      {passages.map(({ number, title }) => (
        <li key={number}>
          <UnstyledButton className="citation" onClick={() => open?.(String(number))}>
            <span className="citation-number">{number}</span> {title}
          </UnstyledButton>
        </li>
      ))}
    </Group>
  );
}
