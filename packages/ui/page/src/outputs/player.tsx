// Sound, with the browser's own controls.
import { usePage } from '../frame/page.tsx';
import { type FileData, fileName, fileUrl } from '../wire/file-value.ts';

export function Player({ file }: { readonly file: FileData }) {
  const { base } = usePage();
  return (
    // biome-ignore lint/a11y/useMediaCaption: what people record has no captions
    <audio className="player" controls preload="metadata" src={fileUrl(file, base)} aria-label={fileName(file)} />
  );
}
