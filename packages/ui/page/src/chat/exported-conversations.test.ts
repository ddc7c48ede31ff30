import { expect, it } from 'vitest';
import type { PageFunction } from '../wire/config.ts';
import { type Conversation, type MessageNode, newConversation, shownMessages, withMessage } from './conversation.ts';
import { exportedText, ImportError, readExport } from './exported-conversations.ts';

const component = (name: string, kind: string) => ({ modeshift: { name, kind }, props: {} });
const fn = {
  name: 'chat',
  inputs: [component('message', 'text'), component('which', 'dropdown')],
  outputs: [component('answer', 'markdown'), component('details', 'json'), component('sources', 'citations')],
} as unknown as PageFunction;

const file = {
  path: `upload/${'0a'.repeat(16)}/图.png`,
  url: null,
  orig_name: '图.png',
  size: 3,
  mime_type: 'image/png',
};
const node = (id: string, parent: string | null, role: MessageNode['role'], more: object = {}): MessageNode =>
  ({ id, parent, role, content: `**${id}**`, at: 5, ...more }) as MessageNode;
const thread = [
  node('问', null, 'user', { files: [file] }),
  node('答', '问', 'assistant', {
    rating: 'good',
    extras: {
      details: { model: '甲', output_tokens: 3, seconds: 1.5 },
      sources: [{ number: 1, title: '孟浩然', text: '春眠不觉晓', quote: '春眠' }],
    },
  }),
  node('再答', '问', 'assistant', { isStopped: true, problem: '断了' }),
].reduce(withMessage, { nodes: {}, chosen: {} });
const conversation: Conversation = {
  ...newConversation('/ chat 小明', [{ which: '甲' }, { which: '乙' }], 7),
  title: '春晓',
  threads: [thread, thread],
};

const read = (value: unknown) =>
  readExport(new Blob([typeof value === 'string' ? value : JSON.stringify(value)]), fn, 'here');
const problem = async (value: unknown): Promise<string> => {
  const error = await read(value).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ImportError);
  return (error as ImportError).problem;
};
/** The export with a change. */
const changed = (change: (one: ReturnType<typeof draft>) => void): unknown => {
  const one = draft();
  change(one);
  return { format: 'modeshift-conversations', version: 1, conversations: [one] };
};
const draft = () => JSON.parse(JSON.stringify(conversation)) as Record<string, never> & { threads: Draft[] };
interface Draft {
  nodes: Record<string, Record<string, unknown>>;
  chosen: Record<string, unknown>;
}

it('what was exported comes back whole, with ids of its own', async () => {
  const text = exportedText([conversation, conversation]);
  expect(text).not.toContain('小明');
  const [one, two] = (await read(text)) as [Conversation, Conversation];
  expect(new Set([one.id, two.id, conversation.id]).size).toBe(3);
  expect(one).toMatchObject({ scope: 'here', title: '春晓', createdAt: 7, settings: conversation.settings });
  const plain = ({ id: _, parent: __, ...rest }: MessageNode) => rest;
  for (const [i, back] of one.threads.entries()) {
    expect(Object.values(back.nodes).map(plain)).toMatchObject(
      Object.values(conversation.threads[i]!.nodes).map(plain),
    );
    expect(shownMessages(back).map(({ content }) => content)).toEqual(['**问**', '**再答**']);
    for (const [id, message] of Object.entries(back.nodes)) expect(message.id).toBe(id);
  }
});

it('what no app here wrote is refused, and says why', async () => {
  expect(await problem('{')).toBe('foreign');
  expect(await problem([conversation])).toBe('foreign');
  expect(await problem({ ...conversation })).toBe('foreign');
  expect(await problem({ format: 'modeshift-conversations', version: 2, conversations: [] })).toBe('newer');
  expect(await problem({ format: 'modeshift-conversations', version: '1', conversations: [] })).toBe('damaged');
  expect(await problem({ format: 'modeshift-conversations', version: 1 })).toBe('damaged');
  const large = { size: 60e6, text: async () => '' } as unknown as Blob;
  await expect(readExport(large, fn, 'here')).rejects.toMatchObject({ problem: 'large' });
});

it.each<[string, (one: ReturnType<typeof draft>) => void]>([
  [
    'a circle of messages',
    one => {
      one.threads[0]!.nodes.问!.parent = '答';
    },
  ],
  [
    'a message after itself',
    one => {
      one.threads[0]!.nodes.问!.parent = '问';
    },
  ],
  [
    'a parent that is not there',
    one => {
      one.threads[0]!.nodes.问!.parent = 'constructor';
    },
  ],
  [
    'a chosen message that is not there',
    one => {
      one.threads[0]!.chosen.root = 'toString';
    },
  ],
  [
    'a chosen message of another parent',
    one => {
      one.threads[0]!.chosen.root = '答';
    },
  ],
  [
    'a role that nobody has',
    one => {
      one.threads[0]!.nodes.问!.role = 'system';
    },
  ],
  [
    'content that is no text',
    one => {
      one.threads[0]!.nodes.问!.content = { toString: 1 };
    },
  ],
  [
    'a time that is none',
    one => {
      one.threads[0]!.nodes.问!.at = '5';
    },
  ],
  [
    'a time that no calendar has',
    one => {
      one.threads[0]!.nodes.问!.at = 1e300;
    },
  ],
  ['three threads', one => void one.threads.push(one.threads[0]!, one.threads[0]!)],
  ['no thread', one => void one.threads.splice(0)],
])('refuses %s', async (_, change) => {
  expect(await problem(changed(change))).toBe('damaged');
});

it('leaves out what the page could not draw, or should not fetch', async () => {
  const paths = [
    'upload/../../logout',
    `upload/${'0a'.repeat(16)}/..`,
    'https://elsewhere.example/a.png',
    '/etc/passwd',
  ];
  const evil = changed(one => {
    const [first] = one.threads;
    first!.nodes.问!.files = paths.map(path => ({ ...file, path }));
    first!.nodes.答!.extras = { details: { model: {}, seconds: '1', usd: 2 }, sources: [{ number: 1 }, 7], other: 1 };
    (one as Record<string, unknown>).settings = [{ which: { evil: 1 }, unknown: 1 }, { which: '乙' }];
  });
  // As text: an object of JavaScript would lose a key of this name.
  const text = JSON.stringify(evil).replace(
    '"nodes":{',
    '"nodes":{"__proto__":{"role":"user","parent":null,"content":"原型","at":1},',
  );
  const [one] = (await read(text)) as [Conversation];
  const messages = Object.values(one.threads[0]!.nodes);
  expect(messages.flatMap(({ files = [] }) => files)).toEqual([]);
  expect(messages.find(({ content }) => content === '**答**')!.extras).toEqual({ details: { usd: 2 }, sources: [] });
  expect(one.settings).toEqual([{}, { which: '乙' }]);
  expect(messages.some(({ content }) => content === '原型')).toBe(true);
  expect(Object.getPrototypeOf(one.threads[0]!.nodes)).toBe(Object.prototype);
});
