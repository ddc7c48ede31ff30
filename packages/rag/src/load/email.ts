// E-mail messages (RFC 5322, MIME): headers, the body, and the names of what is attached.
import type { Address } from 'postal-mime';
import type { SourceDocument } from '../chunk/document.ts';
import { broken, optional } from './broken-file.ts';
import { htmlToMarkdown } from './html-to-markdown.ts';
import { PlacedText } from './placed-text.ts';

/** The document in a message (`.eml`); attachments are listed by name, kind and size, and not read. */
export async function readEmail(id: string, bytes: Uint8Array): Promise<SourceDocument> {
  const { default: PostalMime } = await optional('postal-mime', () => import('postal-mime'));
  const mail = await PostalMime.parse(bytes).catch((error: unknown) => {
    throw broken('e-mail message', error);
  });
  if (mail.headers.length === 0) throw broken('e-mail message', new Error('it has no headers'));
  const subject = oneLine(mail.subject ?? '');
  const from = namesOf(mail.from ? [mail.from] : []);
  const to = namesOf([...(mail.to ?? []), ...(mail.cc ?? [])]);
  const text = new PlacedText();
  if (subject !== '') text.place('Subject').block(`# ${subject}`);
  text.place('From').line(`From: ${from.join(', ')}`);
  if (to.length > 0) text.place('To').line(`To: ${to.join(', ')}`);
  if (mail.date !== undefined) text.place('Date').line(`Date: ${mail.date}`);
  const body = mail.text?.trim()
    ? mail.text.replaceAll('\r\n', '\n').trim()
    : htmlToMarkdown(mail.html ?? '', { wholePage: true }).text;
  text.gap().place('body').block(body);
  const attachments = mail.attachments.map(one => oneLine(one.filename ?? one.mimeType));
  for (const [i, { mimeType, content }] of mail.attachments.entries()) {
    const size = typeof content === 'string' ? content.length : content.byteLength;
    text.place(`attachment ${i + 1}`).line(`- ${attachments[i]} (${mimeType}, ${size} bytes)`);
  }
  const date = mail.date === undefined ? undefined : new Date(mail.date);
  return text.document(id, {
    ...(subject !== '' && { title: subject }),
    metadata: {
      from: from.join(', '),
      to,
      attachments,
      ...(date && !Number.isNaN(date.getTime()) && { date: date.toISOString() }),
    },
  });
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const namesOf = (addresses: readonly Address[]): string[] =>
  addresses
    .flatMap(one => one.group ?? [one])
    .map(({ name = '', address = '' }) => oneLine(name && address ? `${name} <${address}>` : name || address));
