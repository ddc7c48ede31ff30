// Serves the app that the tests use, for judges outside, and records what they send:
// node --conditions=modeshift-source oracles/ui/serve.ts [--auth] [--record FILE]
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '../../packages/ui/src/server/serve.ts';
import { everyComponent } from '../../packages/ui/test/every-component.ts';

const aborted: string[] = [];
const server = await serve(everyComponent({ aborted }), {
  port: 0,
  onError: () => undefined,
  ...(process.argv.includes('--auth') && { auth: { users: { 小明: '密码' }, message: '请登录' } }),
});
setInterval(() => {
  for (const words of aborted.splice(0)) console.log(`aborted ${words}`);
}, 20);

const at = process.argv.indexOf('--record');
if (at < 0) console.log(server.url);
else record(process.argv[at + 1]!);

/** A proxy that writes down requests, and how calls ended. Requests that differ in nothing but ids are kept once. */
function record(file: string): void {
  const seen: {
    method: string;
    path: string;
    type: string | undefined;
    body: string;
    status: number;
    event?: string;
    end?: unknown;
  }[] = [];
  const known = new Set<string>();
  const bodyOf = async (stream: IncomingMessage, onPiece?: (piece: Buffer) => void): Promise<string> => {
    const pieces: Buffer[] = [];
    for await (const piece of stream) {
      pieces.push(piece);
      onPiece?.(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  };
  const proxy = createServer(async (asked, answer) => {
    const body = await bodyOf(asked);
    const forwarded = request(
      `${server.url}${asked.url}`,
      { method: asked.method, headers: asked.headers },
      async response => {
        answer.writeHead(response.statusCode!, response.headers);
        answer.flushHeaders();
        const path = asked.url!.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'SESSION').replace(/file=.*/, 'file=PATH');
        const plain = body
          .replace(/"session_hash": ?"[^"]*"/, '"session_hash":"SESSION"')
          .replace(/[0-9a-f]{32}/g, 'ID');
        const isNew = !known.has(asked.method + path + plain);
        known.add(asked.method + path + plain);
        const entry: (typeof seen)[number] = {
          method: asked.method!,
          path,
          type: asked.headers['content-type'],
          body: plain,
          status: response.statusCode!,
        };
        if (isNew) seen.push(entry);
        let rest = '';
        const text = await bodyOf(response, piece => {
          answer.write(piece);
          if (!path.includes('/queue/data')) return;
          rest += piece.toString('utf8');
          for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
            const message = JSON.parse(rest.slice(6, end)) as { msg: string; event_id: string; output: object };
            rest = rest.slice(end + 2);
            const call = seen.find(one => one.event === message.event_id);
            if (message.msg === 'process_completed' && call)
              call.end = { ...message.output, duration: undefined, average_duration: undefined };
          }
        }).catch(() => '');
        answer.end();
        if (path.endsWith('/queue/join') && response.statusCode === 200)
          entry.event = (JSON.parse(text) as { event_id: string }).event_id;
      },
    );
    answer.on('close', () => forwarded.destroy());
    forwarded.on('error', () => answer.destroy());
    forwarded.end(body);
  });
  proxy.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`));
  process.on('SIGTERM', () => {
    // Of the many clients at once, the first will do.
    const kept = seen.filter(one => !/第[1-9]\d*位/.test(one.body)).map(({ event, ...one }) => one);
    writeFileSync(file, `[\n${kept.map(one => JSON.stringify(one)).join(',\n')}\n]\n`);
    process.exit();
  });
}
