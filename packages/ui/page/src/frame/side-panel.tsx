// A panel at the side of the page.
import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from './page.tsx';

export interface SidePanelProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** Left out: right. */
  readonly side?: 'left' | 'right';
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

export function SidePanel({ isOpen, onClose, title, side = 'right', isWide = false, children }: SidePanelProps) {
  const words = useWords();
  return (
    <Drawer.Root opened={isOpen} onClose={onClose} position={side} size={isWide ? 'xl' : 'md'}>
      <Drawer.Overlay />
      <Drawer.Content>
        {/* Not the header of the page, which the element alone would say. */}
        <Drawer.Header role="presentation">
          <Drawer.Title fw={600}>{title}</Drawer.Title>
          <Drawer.CloseButton aria-label={words.close} />
        </Drawer.Header>
        <Drawer.Body>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
