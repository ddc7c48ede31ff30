// The Python that "Use via API" shows for the app of `packages/ui/test/every-component.ts`, run by a Python that has gradio_client:
// node --conditions=modeshift-source oracles/ui/snippets.ts PYTHON
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonSnippet } from '../../packages/ui/page/src/api/snippets.ts';
import { type Config, functionsOf } from '../../packages/ui/page/src/wire/config.ts';
import { serve } from '../../packages/ui/src/index.ts';
import { everyComponent } from '../../packages/ui/test/every-component.ts';

/** `fail` fails on purpose; `sleep` would sleep as long as the example says. */
const left = new Set(['fail', 'sleep']);

const server = await serve(everyComponent(), { port: 0 });
const config = (await (await fetch(`${server.url}/config`)).json()) as Config;
const shown = [...functionsOf(config).values()].filter(fn => fn.isListed && !left.has(fn.name));
const snippets = Object.fromEntries(shown.map(fn => [fn.name, pythonSnippet(fn, server.url)]));
const folder = mkdtempSync(join(tmpdir(), 'snippets-'));
const file = join(folder, 'snippets.json');
writeFileSync(file, JSON.stringify(snippets));
const python = spawn(process.argv[2] ?? 'python3', [join(import.meta.dirname, 'snippets.py'), file], {
  stdio: 'inherit',
});
process.exitCode = await new Promise<number>(resolve => python.on('close', code => resolve(code ?? 1)));
rmSync(folder, { recursive: true });
await server.close({ graceMs: 0 });
