// A page of a few lines that is right in every respect, for tests of what looks at pages: `--port N`, as apps take it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((request, response) => {
  if (request.url !== '/') return void response.writeHead(204).end();
  const isChinese = request.headers['accept-language']?.startsWith('zh');
  const [lang, title, words] = isChinese
    ? ['zh-CN', '平常的一页', '这一页没有什么不对：有标题，有正文，字够清楚，窄屏也放得下。']
    : [
        'en',
        'A plain page',
        'Nothing is wrong with this page: it has a heading, words that can be read, and fits a phone.',
      ];
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><style>:root{color-scheme:light dark}</style></head>
<body><main><h1>${title}</h1><p>${words}</p></main></body></html>`);
});
server.listen(Number(process.argv[process.argv.indexOf('--port') + 1]), '127.0.0.1', () =>
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
