// Copies a text, and says so.
import { ActionIcon, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { Icon } from './icon.tsx';
import { useWords } from './page.tsx';

export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const words = useWords();
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  const said = isCopied ? words.copied : (label ?? words.copy);
  return (
    <Tooltip label={said}>
      <ActionIcon variant="subtle" color="gray" aria-label={said} onClick={() => void copy()}>
        {isCopied ? <Icon name="check" /> : <Icon name="copy" />}
      </ActionIcon>
    </Tooltip>
  );
}

/** Browsers give the clipboard to pages of `https:` and of this machine only; the old way works on the others. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}
