// Markdown, parsed when its part of the page is first needed. Until then, and where nothing of it is marked, plain text.
import { lazy, memo, Suspense } from 'react';

export interface MarkdownProps {
  readonly text: string;
  /** Whether more may come: the parts that are whole are not parsed again. */
  readonly isOpen?: boolean;
  /** The level of its highest heading, one more than that of the heading it stands under. Left out: 3. */
  readonly level?: number;
}

const Parsed = lazy(() => import('./parsed-markdown.tsx'));

export const Markdown = memo(function Markdown({ text, isOpen = false, level = 3 }: MarkdownProps) {
  return (
    <Suspense fallback={<div className="markdown plain">{text}</div>}>
      <Parsed text={text} isOpen={isOpen} level={level} />
    </Suspense>
  );
});
