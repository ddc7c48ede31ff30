// A conversation on the page: what was said, what is being answered, what else is kept.
import { onceAFrame } from '../frame/on-frame.ts';
import { firstValues, type InputValues, wireValues } from '../function/first-values.ts';
import { CallFollower, type CallState, idle, isBusy } from '../wire/call-state.ts';
import type { PageClient, RunningCall } from '../wire/client.ts';
import type { PageFunction } from '../wire/config.ts';
import { Failure } from '../wire/failure.ts';
import type { FileData } from '../wire/file-value.ts';
import { type ChatParts, chatParts } from './chat-parts.ts';
import {
  type Conversation,
  emptyThread,
  type MessageNode,
  messagesBefore,
  newConversation,
  newId,
  shownMessages,
  type Thread,
  titleOf,
  withChange,
  withChosen,
  withMessage,
} from './conversation.ts';
import { deleteConversation, listConversations, saveConversation } from './conversation-store.ts';
import { readExport } from './exported-conversations.ts';

/** What is drawn of a conversation. A new object for every change. */
export interface ChatSnapshot {
  readonly conversation: Conversation;
  /** All that are kept, the newest first. */
  readonly kept: readonly Conversation[];
  /** How the answer of each thread goes. */
  readonly calls: readonly CallState[];
}

interface Answering {
  readonly call: RunningCall;
  readonly node: string;
}

const saveEveryMs = 1000;

/** A conversation on the page. */
export class ChatState {
  readonly fn: PageFunction;
  readonly parts: ChatParts;
  readonly #client: PageClient;
  readonly #scope: string;
  readonly #onEnd: (outputs: Readonly<Record<string, unknown>>) => void;
  readonly #listeners = new Set<() => void>();
  readonly #answering = new Map<number, Answering>();
  #snapshot: ChatSnapshot;
  #saving: ReturnType<typeof setTimeout> | undefined;

  constructor(
    fn: PageFunction,
    client: PageClient,
    scope: string,
    onEnd: (outputs: Readonly<Record<string, unknown>>) => void = () => undefined,
  ) {
    this.fn = fn;
    this.parts = chatParts(fn);
    this.#client = client;
    this.#scope = scope;
    this.#onEnd = onEnd;
    this.#snapshot = { conversation: newConversation(scope, [this.#firstSettings()]), kept: [], calls: [idle] };
    void this.#list();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): ChatSnapshot => this.#snapshot;

  threadAt(index: number): Thread {
    return this.#snapshot.conversation.threads[index]!;
  }

  get isAnswering(): boolean {
    return this.#snapshot.calls.some(isBusy);
  }

  /** Says something, to every thread. */
  send(content: string, files: readonly FileData[]): void {
    const { conversation } = this.#snapshot;
    if (!conversation.title) this.#changeConversation({ title: titleOf(content) });
    conversation.threads.forEach((thread, i) => {
      const parent = shownMessages(thread).at(-1)?.id ?? null;
      const node: MessageNode = {
        id: newId(),
        parent,
        role: 'user',
        content,
        at: Date.now(),
        ...(files.length > 0 && { files }),
      };
      this.#changeThread(i, withMessage(thread, node));
      this.#answer(i, node.id);
    });
  }

  /** Answers a message once more, beside the answers that are there. */
  again(thread: number, answer: string): void {
    const { parent } = this.threadAt(thread).nodes[answer]!;
    if (parent !== null) this.#answer(thread, parent);
  }

  /** Says a message differently, beside what was said. */
  edit(thread: number, id: string, content: string): void {
    const current = this.threadAt(thread);
    const { parent, files } = current.nodes[id]!;
    const node: MessageNode = { id: newId(), parent, role: 'user', content, at: Date.now(), ...(files && { files }) };
    this.#changeThread(thread, withMessage(current, node));
    this.#answer(thread, node.id);
  }

  /** Shows another version of a message. */
  choose(thread: number, id: string): void {
    this.#changeThread(thread, withChosen(this.threadAt(thread), id));
    this.#saveSoon();
  }

  rate(thread: number, id: string, rating: 'good' | 'bad'): void {
    this.#changeThread(thread, withChange(this.threadAt(thread), id, { rating }));
    this.#saveSoon();
  }

  stop(): void {
    for (const { call } of this.#answering.values()) call.cancel();
  }

  setSettings(thread: number, values: InputValues): void {
    const settings = this.#snapshot.conversation.settings.map((one, i) => (i === thread ? { ...one, ...values } : one));
    this.#changeConversation({ settings });
  }

  /** One thread, or two that get the same messages. */
  setSideBySide(isOn: boolean): void {
    const { settings } = this.#snapshot.conversation;
    if (isOn === settings.length > 1) return;
    this.#stopAll();
    const { threads } = this.#snapshot.conversation;
    this.#change({ calls: isOn ? [idle, idle] : [idle] });
    this.#changeConversation({
      threads: isOn ? [threads[0]!, threads[0] ?? emptyThread] : [threads[0]!],
      settings: isOn ? [settings[0]!, settings[0]!] : [settings[0]!],
    });
  }

  /** Begins anew, with the settings as they are. */
  create(): void {
    this.#leave();
    const { settings } = this.#snapshot.conversation;
    this.#change({ conversation: newConversation(this.#scope, settings), calls: settings.map(() => idle) });
  }

  open(id: string): void {
    const found = this.#snapshot.kept.find(one => one.id === id);
    if (!found || found.id === this.#snapshot.conversation.id) return;
    this.#leave();
    // Settings that were added to the app since then have their first values.
    const settings = found.settings.map(one => ({ ...this.#firstSettings(), ...one }));
    this.#change({ conversation: { ...found, settings }, calls: found.threads.map(() => idle) });
  }

  /**
   * Keeps the conversations of a file, and opens the newest of them.
   *
   * @returns how many there were.
   * @throws ImportError for a file that cannot be read; what the browser says where it keeps nothing.
   */
  async import(file: Blob): Promise<number> {
    const read = (await readExport(file, this.fn, this.#scope)).toSorted((a, b) => b.updatedAt - a.updatedAt);
    for (const one of read) await saveConversation(one);
    await this.#list();
    if (read[0]) this.open(read[0].id);
    return read.length;
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.includes(this.#snapshot.conversation.id)) this.create();
    for (const id of ids) await deleteConversation(id);
    await this.#list();
  }

  #firstSettings(): InputValues {
    const first = firstValues(this.fn);
    return Object.fromEntries(this.parts.settings.map(({ modeshift: { name } }) => [name, first[name] ?? null]));
  }

  /** Stops what is being answered here, and keeps what there is. */
  #leave(): void {
    this.#stopAll();
    if (this.#saving !== undefined) void this.#save();
  }

  /** Stops every answer at once; the server's word of it is not waited for. */
  #stopAll(): void {
    for (const thread of [...this.#answering.keys()]) this.#stopAt(thread);
  }

  #stopAt(thread: number): void {
    const answering = this.#answering.get(thread);
    if (!answering) return;
    this.#answering.delete(thread);
    if (!isBusy(this.#snapshot.calls[thread]!)) return;
    answering.call.cancel();
    this.#changeThread(thread, withChange(this.threadAt(thread), answering.node, { isStopped: true }));
    this.#saveSoon();
  }

  #answer(thread: number, question: string): void {
    this.#stopAt(thread);
    const { threads, settings } = this.#snapshot.conversation;
    const current = threads[thread]!;
    const node: MessageNode = { id: newId(), parent: question, role: 'assistant', content: '', at: Date.now() };
    const { content, files } = current.nodes[question]!;
    const history = messagesBefore(current, question)
      .filter(one => one.content !== '')
      .map(one => ({ role: one.role, content: one.content }));
    const attached = this.parts.files?.isMany ? (files ?? []) : (files?.[0] ?? null);
    const values = { ...settings[thread], message: content, history, attachment: attached, attachments: attached };
    const follower = new CallFollower();
    this.#changeThread(thread, withMessage(current, node));
    this.#setCall(thread, follower.state);

    const isCurrent = (): boolean => this.#answering.get(thread)?.node === node.id;
    const draw = onceAFrame(() => {
      if (!isCurrent()) return;
      const { state } = follower;
      this.#changeThread(thread, withChange(this.threadAt(thread), node.id, this.#answerOf(state)));
      this.#setCall(thread, state);
      this.#saveSoon();
    });
    const call = this.#client.call(this.fn.id, wireValues(this.fn, values), {
      tell: message => {
        follower.read(message);
        draw();
      },
      restart: () => follower.restart(),
    });
    this.#answering.set(thread, { call, node: node.id });
    call.ended
      .catch((error: unknown) => {
        follower.state = { ...follower.state, status: 'failed', failure: Failure.of(error) };
        draw();
      })
      .finally(() => {
        const { status, values = [] } = follower.state;
        const outputs = this.fn.outputs.map(({ modeshift }, i) => [modeshift.name, values[i]]);
        if (status === 'done') this.#onEnd(Object.fromEntries(outputs));
      });
  }

  #answerOf(state: CallState): Partial<MessageNode> {
    const { values, status, failure } = state;
    const extras = this.parts.extras.flatMap(([place, { modeshift }]) => {
      const value = values?.[place];
      return value === null || value === undefined ? [] : [[modeshift.name, value] as const];
    });
    return {
      content: typeof values?.[0] === 'string' ? values[0] : '',
      ...(extras.length > 0 && { extras: Object.fromEntries(extras) }),
      ...(status === 'cancelled' && { isStopped: true }),
      ...(failure && { problem: failure.message || failure.kind }),
    };
  }

  #setCall(thread: number, call: CallState): void {
    this.#change({ calls: this.#snapshot.calls.map((one, i) => (i === thread ? call : one)) });
  }

  #changeThread(index: number, thread: Thread): void {
    const threads = this.#snapshot.conversation.threads.map((one, i) => (i === index ? thread : one));
    this.#changeConversation({ threads, updatedAt: Date.now() });
  }

  #changeConversation(change: Partial<Conversation>): void {
    this.#change({ conversation: { ...this.#snapshot.conversation, ...change } });
  }

  #change(change: Partial<ChatSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }

  #saveSoon(): void {
    this.#saving ??= setTimeout(() => void this.#save(), this.isAnswering ? saveEveryMs : 50);
  }

  async #save(): Promise<void> {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    const { conversation } = this.#snapshot;
    if (!conversation.title) return;
    await saveConversation(conversation).catch(() => undefined);
    await this.#list();
  }

  /** A browser in private mode may have no database: there are then no other conversations. */
  async #list(): Promise<void> {
    const kept = await listConversations(this.#scope).catch(() => []);
    this.#change({ kept });
  }
}
