// A conversation as it is kept: a tree of messages, in which answering again or editing makes a branch.
import type { InputValues } from '../function/first-values.ts';
import type { FileData } from '../wire/file-value.ts';

/** One message. */
export interface MessageNode {
  readonly id: string;
  /** The message before it; `null` at the beginning. */
  readonly parent: string | null;
  readonly role: 'user' | 'assistant';
  /** Markdown. */
  readonly content: string;
  readonly at: number;
  readonly files?: readonly FileData[];
  /** What else came with an answer, by the names of the outputs. */
  readonly extras?: Readonly<Record<string, unknown>>;
  /** Why the answer is not whole. */
  readonly problem?: string;
  readonly isStopped?: boolean;
  /** What the visitor thinks of the answer. */
  readonly rating?: 'good' | 'bad';
}

/** Messages by their ids, and which of several that follow one is shown. */
export interface Thread {
  readonly nodes: Readonly<Record<string, MessageNode>>;
  /** The child that is shown, by the parent's id; `root` for the first message. */
  readonly chosen: Readonly<Record<string, string>>;
}

/** A conversation. Side by side, it has two threads. */
export interface Conversation {
  readonly id: string;
  /** The app, the function and the user it belongs to. */
  readonly scope: string;
  readonly title: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly threads: readonly Thread[];
  /** The settings of each thread. */
  readonly settings: readonly InputValues[];
}

export const emptyThread: Thread = { nodes: {}, chosen: {} };

const titleLength = 60;

export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

export function newConversation(scope: string, settings: readonly InputValues[], now = Date.now()): Conversation {
  return {
    id: newId(),
    scope,
    title: '',
    createdAt: now,
    updatedAt: now,
    threads: settings.map(() => emptyThread),
    settings,
  };
}

/** The messages that are shown, from the first on. */
export function shownMessages({ nodes, chosen }: Thread): readonly MessageNode[] {
  const path: MessageNode[] = [];
  for (let id = chosen.root; id !== undefined; id = chosen[id]) {
    const node = nodes[id];
    if (!node) break;
    path.push(node);
  }
  return path;
}

/** The messages before one, from the first on. */
export function messagesBefore({ nodes }: Thread, id: string): readonly MessageNode[] {
  const before: MessageNode[] = [];
  for (let parent = nodes[id]?.parent ?? null; parent !== null; parent = nodes[parent]?.parent ?? null)
    before.unshift(nodes[parent]!);
  return before;
}

/** The message and the others that follow the same one, oldest first. */
export function versionsOf({ nodes }: Thread, id: string): readonly MessageNode[] {
  const { parent } = nodes[id]!;
  return Object.values(nodes).filter(one => one.parent === parent);
}

/** Adds a message and shows it. */
export function withMessage({ nodes, chosen }: Thread, node: MessageNode): Thread {
  return {
    nodes: { ...nodes, [node.id]: node },
    chosen: { ...chosen, [node.parent ?? 'root']: node.id },
  };
}

export function withChange(thread: Thread, id: string, change: Partial<MessageNode>): Thread {
  return { ...thread, nodes: { ...thread.nodes, [id]: { ...thread.nodes[id]!, ...change } } };
}

/** Shows another version of a message. */
export function withChosen(thread: Thread, id: string): Thread {
  return { ...thread, chosen: { ...thread.chosen, [thread.nodes[id]!.parent ?? 'root']: id } };
}

/** A title from the first message. */
export function titleOf(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  const letters = [...line];
  return letters.length <= titleLength ? line : `${letters.slice(0, titleLength - 1).join('')}…`;
}

/** The shown messages of a conversation as markdown. */
export function asMarkdown(
  { title, threads }: Conversation,
  names: Readonly<Record<MessageNode['role'], string>>,
): string {
  const bodies = threads.map(thread =>
    shownMessages(thread)
      .map(({ role, content }) => `## ${names[role]}\n\n${content}\n`)
      .join('\n'),
  );
  return `# ${title}\n\n${bodies.join('\n---\n\n')}`;
}
