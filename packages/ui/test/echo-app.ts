// A program that serves an app: for tests that kill it.
import { app, runApp, text } from '../src/index.ts';

const page = app({ title: '回声' }).fn(
  'echo',
  { input: { words: text() }, output: text() },
  async function* ({ words }, ctx) {
    yield words;
    if (words === '等') await new Promise<void>(resolve => ctx.signal.addEventListener('abort', () => resolve()));
  },
);
await runApp(page);
