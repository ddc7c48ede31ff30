// What the app's tests do as a visitor does, and the files that they bring.
import type { TestedApp } from '@modeshift/ui/testing';

/** A table on the wire. */
export interface Shown {
  readonly headers: string[];
  readonly data: (string | number | null)[][];
}

/** The rows of a table that may not be there yet. */
export const rows = (table: unknown): Shown['data'] => (table as Shown | null)?.data ?? [];

/** Who calls: the cookie of a user who logged in. */
export interface Caller {
  readonly cookie?: string;
}

const headersOf = ({ cookie }: Caller): Record<string, string> => (cookie === undefined ? {} : { cookie });

/** Logs in. */
export async function logIn(app: TestedApp, username: string, password: string): Promise<Caller> {
  const body = new URLSearchParams({ username, password });
  const response = await fetch(`${app.url}/login`, { method: 'POST', body });
  return { cookie: response.headers.getSetCookie()[0]!.split(';')[0]! };
}

/** Uploads a file and gives it as functions take it. */
export async function uploaded(
  app: TestedApp,
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
  caller: Caller = {},
): Promise<unknown> {
  const body = new FormData();
  body.append('files', new Blob([content]), name);
  const sent = await fetch(`${app.url}/gradio_api/upload`, { method: 'POST', body, headers: headersOf(caller) });
  const [path] = (await sent.json()) as string[];
  return { path, orig_name: name, meta: { _type: 'gradio.FileData' } };
}

/** Uploads files and starts to index them. */
export async function upload(
  app: TestedApp,
  files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>,
  more: object = {},
  caller: Caller = {},
): Promise<readonly unknown[]> {
  const sent = [];
  for (const [name, content] of Object.entries(files)) sent.push(await uploaded(app, name, content, caller));
  return callAs(app, caller, 'add', { files: sent, ...more });
}

/** All that a run shows, to its end. */
export async function watched(app: TestedApp, job: 'add' | 'reindex', run: unknown): Promise<unknown[][]> {
  const seen: unknown[][] = [];
  for await (const values of app.stream(`${job}_watch`, { run })) seen.push([...values]);
  return seen;
}

/** A call of a user. Throws what the app says where it refuses. */
export async function callAs(
  app: TestedApp,
  caller: Caller,
  fn: string,
  input: object = {},
): Promise<readonly unknown[]> {
  const address = `${app.url}/gradio_api/call/v2/${fn}`;
  const headers = { 'content-type': 'application/json', ...headersOf(caller) };
  const started = await fetch(address, { method: 'POST', body: JSON.stringify(input), headers });
  if (!started.ok) throw new Error(await started.text());
  const { event_id } = (await started.json()) as { event_id: string };
  const events = await (await fetch(`${address}/${event_id}`, { headers })).text();
  const [event, data] = events.trim().split('\n\n').at(-1)!.split('\n');
  const value: unknown = JSON.parse(data!.replace('data: ', ''));
  if (event === 'event: error') throw new Error((value as { error: string }).error);
  return value as readonly unknown[];
}

/** A PDF with a page for each text. */
export function pdf(...texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${texts.map((_, i) => `${4 + 2 * i} 0 R`).join(' ')}] /Count ${texts.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  for (const [i, text] of texts.entries()) {
    const drawn = `BT /F1 12 Tf 40 700 Td (${text}) Tj ET`;
    const resources = '<< /Font << /F1 3 0 R >> >>';
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources ${resources} /Contents ${5 + 2 * i} 0 R >>`,
      `<< /Length ${drawn.length} >>\nstream\n${drawn}\nendstream`,
    );
  }
  return written(objects, '');
}

/** A PDF that asks for a password. */
export function lockedPdf(): Uint8Array<ArrayBuffer> {
  const key = '41'.repeat(32);
  const lock = `/Encrypt << /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >> /ID [<${key}> <${key}>]`;
  return written(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>'], lock);
}

function written(objects: readonly string[], trailer: string): Uint8Array<ArrayBuffer> {
  let text = '%PDF-1.4\n';
  const places = objects.map((object, i) => {
    const place = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = places.map(place => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  text += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${text.length}\n%%EOF\n`;
  return new TextEncoder().encode(text);
}
