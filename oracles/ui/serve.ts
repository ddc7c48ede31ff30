// Serves the app that the tests use, for judges outside: node --conditions=modeshift-source oracles/ui/serve.ts [--auth]

import { serve } from '../../packages/ui/src/server/serve.ts';
import { everyComponent } from '../../packages/ui/test/every-component.ts';

const aborted: string[] = [];
const page = everyComponent({ aborted }).fn('aborted', {}, async () => undefined);
const server = await serve(page, {
  port: 0,
  onError: () => undefined,
  ...(process.argv.includes('--auth') && { auth: { users: { 小明: '密码' }, message: '请登录' } }),
});
console.log(server.url);
setInterval(() => {
  for (const words of aborted.splice(0)) console.log(`aborted ${words}`);
}, 20);
