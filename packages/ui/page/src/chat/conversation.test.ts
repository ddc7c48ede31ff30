import { expect, it } from 'vitest';
import {
  asMarkdown,
  emptyThread,
  type MessageNode,
  messagesBefore,
  newConversation,
  shownMessages,
  titleOf,
  versionsOf,
  withChange,
  withChosen,
  withMessage,
} from './conversation.ts';

const node = (id: string, parent: string | null, role: MessageNode['role'], content = id): MessageNode => ({
  id,
  parent,
  role,
  content,
  at: 0,
});

it('answering again and editing make branches, and each keeps what follows it', () => {
  let thread = [
    node('问', null, 'user'),
    node('答', '问', 'assistant'),
    node('再问', '答', 'user'),
    node('再答', '再问', 'assistant'),
    node('答二', '问', 'assistant'),
  ].reduce(withMessage, emptyThread);
  const ids = () => shownMessages(thread).map(one => one.id);
  expect(ids()).toEqual(['问', '答二']);
  expect(versionsOf(thread, '答').map(one => one.id)).toEqual(['答', '答二']);
  thread = withChosen(thread, '答');
  expect(ids()).toEqual(['问', '答', '再问', '再答']);
  thread = withMessage(thread, node('改问', null, 'user'));
  expect(ids()).toEqual(['改问']);
  thread = withChosen(thread, '问');
  expect(ids()).toEqual(['问', '答', '再问', '再答']);
  expect(messagesBefore(thread, '再问').map(one => one.id)).toEqual(['问', '答']);
  const changed = withChange(thread, '再答', { content: '新' });
  expect(shownMessages(changed).at(-1)!.content).toBe('新');
  expect(shownMessages(thread).at(-1)!.content).toBe('再答');
});

it('has a title from what was said first, and is written as markdown', () => {
  expect(titleOf('  写一首\n诗 ')).toBe('写一首 诗');
  expect([...titleOf('😀'.repeat(100))]).toHaveLength(60);
  const thread = [node('a', null, 'user', '你好'), node('b', 'a', 'assistant', '**您好**')].reduce(
    withMessage,
    emptyThread,
  );
  const conversation = { ...newConversation('s', [{}], 0), title: '你好', threads: [thread] };
  expect(asMarkdown(conversation, { user: '您', assistant: '助手' })).toBe(
    '# 你好\n\n## 您\n\n你好\n\n## 助手\n\n**您好**\n',
  );
});
