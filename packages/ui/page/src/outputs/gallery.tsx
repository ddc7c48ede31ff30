// Pictures beside each other; one of them large.
import { Image, Modal, SimpleGrid, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { usePage, useWords } from '../frame/page.tsx';
import { type FileData, fileUrl } from '../wire/file-value.ts';

export type GalleryValue = readonly { readonly image: FileData; readonly caption: string | null }[];

export function Gallery({ items }: { readonly items: GalleryValue }) {
  const { base } = usePage();
  const words = useWords();
  const [open, setOpen] = useState<number>();
  const captionOf = (i: number): string => items[i]?.caption ?? words.picture(i + 1);
  const shown = open === undefined ? undefined : items[open];
  return (
    <>
      <SimpleGrid cols={{ base: 2, xs: 3, md: 4 }} spacing="sm">
        {items.map(({ image, caption }, i) => (
          <UnstyledButton
            key={image.path}
            onClick={() => setOpen(i)}
            aria-label={words.enlarge(captionOf(i))}
            className="gallery-item"
          >
            <Image src={fileUrl(image, base)} alt="" radius="sm" h={120} fit="contain" />
            {caption ? (
              <Text size="xs" ta="center" mt={4}>
                {caption}
              </Text>
            ) : null}
          </UnstyledButton>
        ))}
      </SimpleGrid>
      <Modal.Root opened={shown !== undefined} onClose={() => setOpen(undefined)} size="xl">
        <Modal.Overlay />
        <Modal.Content>
          <Modal.Header role="presentation">
            <Modal.Title>{open === undefined ? '' : captionOf(open)}</Modal.Title>
            <Modal.CloseButton aria-label={words.close} />
          </Modal.Header>
          <Modal.Body>{shown ? <Image src={fileUrl(shown.image, base)} alt={captionOf(open!)} /> : null}</Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  );
}
