// The official client costs more to load than everything else: it is loaded by the first call.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('loads nothing of the official client on import or for a model, but on the first call', () => {
  const script = `
    import { registerHooks } from 'node:module';
    let loaded = false;
    registerHooks({ resolve: (name, context, next) => {
      if (name === 'openai' || name.startsWith('openai/')) loaded = true;
      return next(name, context);
    } });
    const { compatible, openai, openaiCompletions, openaiEmbedding, presets } = await import('./index.ts');
    const place = { baseURL: 'http://127.0.0.1:9', maxRetries: 0 };
    openai('m', { apiKey: 'sk-1', api: 'responses' });
    openaiCompletions('m', place);
    openaiEmbedding('m', { ...place, dimensions: 2 });
    compatible({ ...presets.azure, ...place, apiKey: 'k' }).language('m');
    const model = openai('m', place);
    const before = loaded;
    const error = await model.generate({ messages: [{ role: 'user', content: 'x' }] }, {}).catch(error => error);
    console.log(before, loaded, error.reason.tag);
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=modeshift-source', '--input-type=module', '-e', script],
    { cwd: import.meta.dirname, encoding: 'utf8' },
  );
  expect(stdout.trim(), stderr).toBe('false true network');
});
