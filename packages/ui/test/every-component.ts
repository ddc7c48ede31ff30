// An app with a function for every component, for clients to be tried on.
import { invalidInput } from '@modeshift/core';
import * as ui from '../src/index.ts';

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** Steps that a test can hold and let go. */
export interface Steps {
  readonly aborted: string[];
}

export function everyComponent(steps: Steps = { aborted: [] }) {
  return ui
    .app({ title: '全部组件', description: '给客户端试用', state: () => ({ turns: 0 }) })
    .fn('text', { input: { words: ui.text() }, output: ui.text() }, async ({ words }) => `你说：${words}`)
    .fn('stringify', { input: { n: ui.number() }, output: ui.text() }, async ({ n }) => n)
    .fn(
      'values',
      {
        input: {
          number: ui.number(),
          slider: ui.slider({ min: 0, max: 10, value: 5 }),
          checkbox: ui.checkbox(),
          radio: ui.radio(['甲', '乙']),
          dropdown: ui.dropdown(['成都', '上海'], { value: '成都' }),
          multiselect: ui.multiselect(['一', '二', '三']),
          json: ui.json(),
          table: ui.table(),
          code: ui.code({ language: 'python' }),
          history: ui.chat(),
        },
        output: {
          number: ui.number(),
          slider: ui.slider({ min: 0, max: 10 }),
          checkbox: ui.checkbox(),
          radio: ui.radio(['甲', '乙']),
          dropdown: ui.dropdown(['成都', '上海']),
          multiselect: ui.multiselect(['一', '二', '三']),
          json: ui.json(),
          table: ui.table(),
          code: ui.code(),
          history: ui.chat(),
        },
      },
      async input => input,
    )
    .fn(
      'shown',
      {
        output: {
          label: ui.label(),
          markdown: ui.markdown(),
          plot: ui.plot(),
          progress: ui.progress(),
          log: ui.log(),
          gallery: ui.gallery(),
        },
      },
      async () => ({
        label: { 正面: 0.9, 负面: 0.1 },
        markdown: '# 你好',
        plot: { series: [{ name: '损失', x: [1, 2], y: [0.5, 0.25] }] },
        progress: { done: 1, total: 4, label: '训练' },
        log: ['第一行', '第二行'],
        gallery: [{ image: { name: '点.svg', data: '<svg xmlns="http://www.w3.org/2000/svg"/>' }, caption: '点' }],
      }),
    )
    .fn(
      'files',
      {
        input: { source: ui.file(), picture: ui.image({ optional: true }) },
        output: { copy: ui.file(), size: ui.number() },
      },
      async ({ source }) => ({
        copy: { name: `副本 #1 ${source.name}`, data: (await source.text()).toUpperCase() },
        size: source.size,
      }),
    )
    .fn('same', { input: { source: ui.file() }, output: ui.file() }, async ({ source }) => source)
    .fn(
      'spell',
      { input: { words: ui.text(), wait: ui.number({ value: 0 }) }, output: { shown: ui.text(), letters: ui.json() } },
      async function* ({ words, wait }, ctx) {
        const letters: string[] = [];
        let shown = '';
        for (const letter of words) {
          shown += letter;
          letters.push(letter);
          // The same array each time, as handlers do.
          yield { shown, letters };
          await new Promise<void>(resolve => {
            const timer = setTimeout(resolve, wait);
            ctx.signal.addEventListener('abort', () => {
              clearTimeout(timer);
              resolve();
            });
          });
          if (ctx.signal.aborted) {
            steps.aborted.push(words);
            return;
          }
        }
      },
    )
    .fn('every', { input: { to: ui.number() }, output: ui.number(), yields: 'all' }, async function* ({ to }) {
      for (let n = 1; n <= to; n++) yield n;
    })
    .fn('sleep', { input: { ms: ui.number() }, output: ui.text(), concurrency: 4 }, async ({ ms }, ctx) => {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, ms);
        ctx.signal.addEventListener('abort', () => {
          clearTimeout(timer);
          steps.aborted.push(`sleep ${ms}`);
          resolve();
        });
      });
      return '醒了';
    })
    .fn('turn', { output: ui.number() }, async (_, ctx) => ++ctx.session.state.turns)
    .fn('tell', { input: { wait: ui.number({ value: 60 }) }, output: ui.text() }, async ({ wait }, ctx) => {
      ctx.progress(1, 4, { unit: 'steps', label: '想' });
      await pause(wait / 2);
      ctx.log('开始', 'warning');
      await pause(wait / 2);
      return ctx.user?.name ?? '无名';
    })
    .fn(
      'fail',
      { input: { how: ui.radio(['told', 'hidden', 'midway']) }, output: ui.text() },
      async function* ({ how }) {
        if (how === 'midway') yield '先';
        if (how === 'told') throw invalidInput('换一个词，别用 sk-proj-0123456789abcdef');
        throw new Error('password=hunter2 at /srv/app/secret.ts');
      },
    )
    .batch(
      'lengths',
      { input: { words: ui.text() }, output: ui.text(), batch: { maxSize: 4, waitMs: 100 } },
      async inputs => inputs.map(({ words }) => `${[...words].length}/${inputs.length}`),
    )
    .chat('chat', {}, async function* (messages) {
      for (const piece of [`第${messages.length}条：`, messages.at(-1)!.content]) yield piece;
    });
}
