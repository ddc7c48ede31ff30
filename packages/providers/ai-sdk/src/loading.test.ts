// The AI SDK is there for its types: nothing of it is loaded, neither by import nor by a call.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('loads nothing of the AI SDK', () => {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ resolve: (name, context, next) => {
      if (name === 'ai' || name.startsWith('@ai-sdk/') || name.startsWith('ai/')) loaded.push(name);
      return next(name, context);
    } });
    const { fromAiSdk, toAiSdk } = await import('./index.ts');
    const model = {
      provider: 'p',
      modelId: 'm',
      async *stream() {
        yield { type: 'text-delta', text: '好' };
        yield { type: 'finish', reason: 'stop' };
      },
    };
    const answer = await fromAiSdk(toAiSdk(model)).generate({ messages: [{ role: 'user', content: 'x' }] }, {});
    console.log(answer.content[0].text, loaded);
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=modeshift-source', '--input-type=module', '-e', script],
    { cwd: import.meta.dirname, encoding: 'utf8' },
  );
  expect(stdout.trim(), stderr).toBe('好 []');
});
