// The sample of the studio: a bundled task in every mode, as a run of the compare app, which its page shows while it goes.
import type { StudioUser } from './studio-user.ts';

/** A run, and what is printed of it. */
export interface SampleRun {
  /** Where its page is, from the first page of the studio. */
  readonly address: string;
  readonly line: string;
}

/** Has the compare app of a studio begin its sample for a user, or say what became of it. The language is that of this machine. */
export async function sampleRun(studio: string, user: StudioUser | undefined): Promise<SampleRun> {
  const { locale } = Intl.DateTimeFormat().resolvedOptions();
  const response = await fetch(`${studio}/compare/gradio_api/run/sample`, {
    method: 'POST',
    headers: { 'accept-language': locale, ...(user && { cookie: await cookieOf(studio, user) }) },
    body: '{"data":[]}',
  });
  const answer = (await response.json()) as { readonly data?: readonly [string, string]; readonly error?: string };
  if (!answer.data) throw new Error(answer.error ?? `The compare app answered ${response.status}.`);
  const [run, status] = answer.data;
  const address = `compare/#/compare?run=${run}`;
  const place = `${studio}/${address}`;
  const isOver = status !== 'waiting' && status !== 'running';
  const line = isOver
    ? `One task in every mode, on the small model nano: ${place}`
    : `One task in every mode, on the small model nano, runs now for some minutes: ${place}\nCancel it there; --no-sample leaves it out.`;
  return { address, line };
}

async function cookieOf(studio: string, { name, password }: StudioUser): Promise<string> {
  const body = new URLSearchParams({ username: name, password });
  const response = await fetch(`${studio}/compare/login`, { method: 'POST', body });
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}
