// Copies a link to the page with values in it.
import { ActionIcon, Tooltip } from '@mantine/core';
import { useState } from 'react';
import type { InputValues } from '../function/first-values.ts';
import { addressOf, linkTo, showAddress } from './address.ts';
import { copyText } from './copy-button.tsx';
import { Icon } from './icon.tsx';
import { useWords } from './page.tsx';

export function CopyLink({ name, values }: { readonly name: string; readonly values: InputValues }) {
  const words = useWords();
  const [isCopied, setCopied] = useState(false);
  const copy = (): void => {
    const hash = addressOf(name, values);
    showAddress(hash);
    void copyText(linkTo(hash)).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  const said = isCopied ? words.linkCopied : words.copyLink;
  return (
    <Tooltip label={said}>
      <ActionIcon variant="subtle" color="gray" aria-label={said} onClick={copy}>
        {isCopied ? <Icon name="check" /> : <Icon name="link" />}
      </ActionIcon>
    </Tooltip>
  );
}
