// Markdown to elements: no raw HTML, links that stay outside, code with colours, formulas.
import { Table } from '@mantine/core';
import { type ComponentProps, lazy, memo, Suspense, useMemo } from 'react';
import ReactMarkdown, { type Components, type ExtraProps, type Options } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { useCitations } from './citations.tsx';
import { CodeBlock } from './code-block.tsx';
import { hasFormulas, markFormulas } from './formulas.ts';
import { headingLevels } from './heading-levels.ts';
import type { MarkdownProps } from './markdown.tsx';
import { blocksOf } from './markdown-blocks.ts';

const WithFormulas = lazy(() => import('./markdown-with-formulas.tsx'));

export default function ParsedMarkdown({ text, isOpen, level }: Required<MarkdownProps>) {
  const blocks = useMemo(() => (isOpen ? blocksOf(text) : [text]), [text, isOpen]);
  return (
    <div className="markdown">
      {blocks.map((block, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks only grow at the end
        <Block key={i} text={block} isOpen={isOpen && i === blocks.length - 1} level={level} />
      ))}
    </div>
  );
}

const Block = memo(function Block({ text, isOpen, level }: Required<MarkdownProps>) {
  const given = options(isOpen, level);
  const plain = <ReactMarkdown {...given}>{text}</ReactMarkdown>;
  if (!hasFormulas(text)) return plain;
  return (
    <Suspense fallback={plain}>
      <WithFormulas text={markFormulas(text)} options={given} />
    </Suspense>
  );
});

const open: Components = { ...elements(), pre: props => <Pre {...props} isOpen={true} /> };
const closed: Components = elements();

function options(isOpen: boolean, first: number): Options {
  const rehypePlugins = [[headingLevels, { first }]] as NonNullable<Options['rehypePlugins']>;
  return { remarkPlugins: [remarkGfm], rehypePlugins, components: isOpen ? open : closed };
}

function elements(): Components {
  return {
    a: Link,
    pre: props => <Pre {...props} isOpen={false} />,
    table: ({ children }) => (
      <Table.ScrollContainer minWidth={0} type="native">
        <Table withTableBorder withColumnBorders className="markdown-table">
          {children}
        </Table>
      </Table.ScrollContainer>
    ),
    // A picture of another site would tell it who reads: it is a link.
    img: ({ src, alt }) => (
      <a href={src} target="_blank" rel="noreferrer noopener">
        {alt || src}
      </a>
    ),
  };
}

function Link({ href = '', children }: ComponentProps<'a'> & ExtraProps) {
  const openCitation = useCitations();
  const cited = /^#cite-(\d+)$/.exec(href)?.[1];
  if (cited !== undefined)
    return (
      <button type="button" className="cite" onClick={() => openCitation?.(cited)}>
        {children}
      </button>
    );
  return (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  );
}

function Pre({ node, isOpen }: ComponentProps<'pre'> & ExtraProps & { readonly isOpen: boolean }) {
  const code = node?.children[0];
  if (code?.type !== 'element') return null;
  const names = (code.properties.className as readonly string[] | undefined) ?? [];
  const language = names.find(one => one.startsWith('language-'))?.slice('language-'.length);
  const text = code.children.map(child => (child.type === 'text' ? child.value : '')).join('');
  return <CodeBlock text={text.replace(/\n$/, '')} language={language} isOpen={isOpen} />;
}
