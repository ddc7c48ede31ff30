// ONNX Runtime's own telemetry is off: no identifier of the machine, no queue of events, and so nothing that is sent.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../fixtures/llama', import.meta.url));
const index = new URL('../index.ts', import.meta.url).href;
const home = mkdtempSync(join(tmpdir(), 'home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('a process that loads models leaves nothing of it in its home', () => {
  const source = `const { local, trainTextClassifier } = await import(${JSON.stringify(index)});
    const model = local(${JSON.stringify(folder)});
    await model.load();
    await model.dispose();
    const examples = ['一', '二', '三', '四'].map((text, i) => ({ text, label: String(i % 2) }));
    await trainTextClassifier({ examples, seed: 1 });
    console.log(process.env.ORT_DISABLE_TELEMETRY);`;
  // Under CI, and told that unit tests run, the runtime sends nothing by itself.
  const { CI: _, ORT_DISABLE_TELEMETRY: __, ORT_RUNNING_UNIT_TESTS: ___, ...rest } = process.env;
  const env = { ...rest, HOME: home, USERPROFILE: home, XDG_CACHE_HOME: join(home, '.cache') };
  const flags = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning', '--input-type=module'];
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, '-e', source], { env, encoding: 'utf8' });
  expect([status, stdout.trim(), stderr]).toEqual([0, '1', '']);
  expect(readdirSync(home)).toEqual([]);
});
