// The official client is loaded by the first call.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('loads nothing of the official client on import or for a model, but on the first call', () => {
  const script = `
    import { registerHooks } from 'node:module';
    let loaded = false;
    registerHooks({ resolve: (name, context, next) => {
      if (name.startsWith('@gradio/')) loaded = true;
      return next(name, context);
    } });
    const { gradio } = await import('./index.ts');
    const model = gradio('http://127.0.0.1:9');
    const before = loaded;
    await model.generate({ messages: [{ role: 'user', content: 'x' }] }, {}).catch(() => undefined);
    console.log(before, loaded);
    process.exit();
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=modeshift-source', '--input-type=module', '-e', script],
    { cwd: import.meta.dirname, encoding: 'utf8', timeout: 30_000 },
  );
  expect(stdout.trim(), stderr).toBe('false true');
});
