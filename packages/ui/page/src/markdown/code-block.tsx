// Code with a button that copies it; colours once it is whole.
import { Group, Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { CopyButton } from '../frame/copy-button.tsx';

const Colored = lazy(() => import('./colored-code.tsx'));

export interface CodeBlockProps {
  readonly text: string;
  readonly language?: string | undefined;
  /** Whether more may come. */
  readonly isOpen?: boolean;
}

export function CodeBlock({ text, language, isOpen = false }: CodeBlockProps) {
  const plain = <code>{text}</code>;
  return (
    <div className="code-block">
      <Group justify="space-between" className="code-head">
        <Text size="xs" c="dimmed">
          {language ?? ''}
        </Text>
        <CopyButton text={text} />
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which must work by keyboard */}
      <pre tabIndex={0}>
        {isOpen || !language || text.length > 50_000 ? (
          plain
        ) : (
          <Suspense fallback={plain}>
            <Colored text={text} language={language} />
          </Suspense>
        )}
      </pre>
    </div>
  );
}
