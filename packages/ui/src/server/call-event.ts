// One call: what was asked, for whom, and how it goes.
import { randomBytes } from 'node:crypto';
import type { User } from '../context.ts';
import type { NumberedEndpoint } from '../protocol/config.ts';
import { cancelled } from '../protocol/messages.ts';
import { EventFeed } from './event-feed.ts';
import type { UiSession } from './sessions.ts';

/** What a call is made of. */
export interface CallRequest {
  readonly numbered: NumberedEndpoint;
  /** What the handler gets, checked. */
  readonly input: unknown;
  readonly session: UiSession;
  readonly user: User | undefined;
  /** Where the caller reaches the server, for addresses of files. */
  readonly root: string;
  readonly language: 'en' | 'zh';
  /** Called whenever the call has something to tell. */
  readonly wake: () => void;
}

/** One call. */
export class CallEvent {
  readonly id = randomBytes(16).toString('hex');
  readonly createdAt = performance.now();
  startedAt: number | undefined;
  readonly feed: EventFeed;
  readonly controller = new AbortController();
  readonly request: CallRequest;

  constructor(request: CallRequest) {
    this.request = request;
    this.feed = new EventFeed(request.numbered.endpoint.yields, request.wake);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Ends the call for its reader at once, and tells the handler. */
  cancel(): void {
    this.feed.finish({ ok: false, error: cancelled });
    this.controller.abort();
  }
}
