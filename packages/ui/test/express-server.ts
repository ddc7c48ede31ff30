// An Express server around ours, in a process of its own: prints its address.
import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { uiServer } from '../src/server/ui-server.ts';
import { everyComponent } from './every-component.ts';

/** It has no types of its own; what is used of it stands here. */
const express = createRequire(import.meta.url)('express') as () => RequestListener & {
  use(path: string, handler: RequestListener): void;
  get(path: string, handler: (request: unknown, response: { send(text: string): void }) => void): void;
  listen(port: number, host: string, done: () => void): { address(): AddressInfo };
};

const main = express();
main.use('/apps/demo', uiServer(everyComponent()).node);
main.get('/', (_, response) => response.send('外面'));
const server = main.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
