// An app with everything that the page can draw, for tests in a browser.
import { scriptedModel } from '@modeshift/testing';
import * as ui from '../../src/index.ts';

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** What models like to write. */
export const longAnswer = [
  '# 比较',
  '**成都**与上海，公式 $E = mc^2$ 与 \\(a^2+b^2\\)；价格 $5 和 $10。',
  '\\[\\int_0^1 x\\,dx = \\frac12\\]',
  '| 城市 | 人口 |\n|---|--:|\n| 成都 | 21.4 |\n| 上海 | 24.9 |',
  '```ts\nconst city: string = "成都"; // 注释\nconsole.log(city);\n```',
  '1. 一\n2. 二\n   - 子项',
  '> 引用',
  '见 [来源](https://example.org)。<script>window.broken = 1</script><img src=x onerror="window.broken = 1">',
  '[点我](javascript:window.broken=1) ![图](https://example.org/track.png)',
].join('\n\n');

const passage = {
  title: '手册.pdf，第 3 页',
  text: '保修期为两年。\n退货须在收到后 30\n天内提出，运费由买方承担。',
  quote: '30 天内',
};

/** Words that differ by language. */
const translations = { zh: { Everything: '全部', Translate: '翻译', Words: '词', formal: '正式' } };

export function demoApp() {
  const model = scriptedModel({ reply: () => longAnswer });
  return ui
    .app({ title: 'Everything', description: 'A page with **every** component.', translations })
    .fn(
      'translate',
      {
        label: 'Translate',
        description: 'Says it *again*.',
        input: {
          words: ui.text({ label: 'Words', lines: 3, maxLength: 40, placeholder: '你好' }),
          tone: ui.radio(['formal', 'casual'], { value: 'formal' }),
          language: ui.dropdown(['English', 'Français', '日本語'], { value: 'English' }),
          topics: ui.multiselect(['旅行', '工作', '学习']),
          temperature: ui.slider({ min: 0, max: 2, value: 0.3 }),
          polite: ui.checkbox(),
          count: ui.number({ value: 1, min: 1, max: 9, integer: true, advanced: true }),
        },
        output: ui.text(),
        examples: [{ words: '今天天气很好。', tone: 'casual' }],
      },
      async ({ words, tone, language, topics, temperature, polite, count }) =>
        `[${tone} ${language} ${topics.join('+')} ${temperature} ${polite} ${count}] ${words}`,
    )
    .fn(
      'structured',
      {
        input: {
          data: ui.json({ value: { 城市: '成都' } }),
          rows: ui.table({ columns: ['名', '数'], value: { columns: ['名', '数'], rows: [['甲', 1]] } }),
          source: ui.code({ language: 'python', value: 'print("你好")' }),
        },
        output: { data: ui.json(), rows: ui.table(), source: ui.code({ language: 'python' }) },
      },
      async input => input,
    )
    .fn(
      'shown',
      {
        trigger: 'load',
        output: {
          label: ui.label(),
          text: ui.markdown(),
          curve: ui.plot(),
          part: ui.progress(),
          log: ui.log(),
          pictures: ui.gallery(),
          talk: ui.chat(),
          sources: ui.citations(),
        },
      },
      async () => ({
        label: { 正面: 0.9, 负面: 0.1 },
        text: `${longAnswer}\n\n可以退货 [1](#cite-1)。`,
        curve: {
          series: [
            { name: '训练', x: [1, 2, 3], y: [2.5, 1.25, 0.7] },
            { name: '验证', x: [1, 3], y: [2.6, 1.1] },
          ],
          xLabel: '步',
        },
        part: { done: 1, total: 4, label: '训练' },
        log: ['第一行', '第二行'],
        pictures: [
          {
            image: {
              name: '点.svg',
              data: '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="18"/></svg>',
            },
            caption: '点',
          },
        ],
        talk: [
          { role: 'user' as const, content: '你好' },
          { role: 'assistant' as const, content: '**您好**' },
        ],
        sources: [passage],
      }),
    )
    .fn(
      'files',
      {
        input: {
          sources: ui.files({ accept: ['.txt', 'image/*'] }),
          picture: ui.image({ optional: true }),
          voice: ui.audio({ optional: true }),
        },
        output: { copies: ui.files(), picture: ui.image(), voice: ui.audio() },
      },
      async ({ sources, picture, voice }) => ({ copies: sources, picture: picture ?? null, voice: voice ?? null }),
    )
    .fn('list', { output: { documents: ui.table() }, trigger: ['load', { after: 'files' }] }, async () => ({
      documents: {
        columns: ['name', 'pages'],
        rows: [
          ['甲.pdf', 12],
          ['乙.pdf', 3],
          ['丙.pdf', null],
        ],
      },
    }))
    .fn(
      'open',
      { input: { name: ui.text() }, output: ui.text(), trigger: { select: 'list.documents' }, fills: 'translate' },
      async ({ name }) => `打开 ${name}`,
    )
    .fn(
      'note',
      { input: { output: ui.text() }, output: { words: ui.text() }, trigger: { after: 'open' }, fills: 'translate' },
      async ({ output }) => ({
        words: `记：${output}`,
      }),
    )
    .fn(
      'live',
      { input: { words: ui.text({ value: 'abc' }) }, output: ui.number(), trigger: 'change' },
      async ({ words }) => [...words].length,
    )
    .fn('fail', { input: { how: ui.radio(['told', 'hidden']) }, output: ui.text() }, async ({ how }) => {
      if (how === 'hidden') throw new Error('secret');
      const { invalidInput } = await import('@modeshift/core');
      throw invalidInput('换一个词。');
    })
    .fn('slow', { input: { steps: ui.number({ value: 3 }) }, output: ui.text() }, async function* ({ steps }, ctx) {
      ctx.log('开始', 'warning');
      for (let step = 1; step <= steps; step++) {
        ctx.progress(step, steps, { unit: '步' });
        yield `第 ${step} 步`;
        await pause(40);
        if (ctx.signal.aborted) return;
      }
    })
    .chat('chat', {
      label: '对话',
      model,
      settings: true,
      details: true,
      attachments: ['image/*', '.txt'],
      inputs: { which: ui.dropdown(['nano', 'big'], { value: 'nano' }) },
      examples: ['写一首诗'],
      concurrency: 4,
    })
    .chat('ask', { outputs: { sources: ui.citations() }, concurrency: 4 }, async function* (messages) {
      yield { sources: [passage] };
      yield `可以在 30 天内退货 [1](#cite-1)。（第 ${messages.length} 条）`;
    })
    .job(
      'train',
      {
        label: '训练',
        input: { steps: ui.number({ value: 3, integer: true }) },
        output: { curve: ui.plot(), rows: ui.table() },
      },
      async function* ({ steps }, ctx) {
        const y: number[] = [];
        for (let step = 1; step <= steps; step++) {
          y.push(1 / step);
          ctx.progress(step, steps, { unit: '步' });
          ctx.log(`第 ${step} 步`);
          yield {
            curve: { series: [{ name: '损失', x: y.map((_, i) => i + 1), y }] },
            rows: { columns: ['步', '损失'], rows: y.map((loss, i) => [i + 1, loss]) },
          };
          await pause(60);
          if (ctx.signal.aborted) return;
        }
      },
    )
    .layout(
      ui.tabs({
        功能: ui.column(
          ui.note('**说明**在这里。'),
          'translate',
          ui.row('live', 'slow'),
          ui.accordion('更多', 'structured', 'fail'),
        ),
        显示: ui.column('shown', 'files'),
        文档: ui.row('list', ui.column('open', 'note')),
        对话: 'chat',
        问答: 'ask',
        任务: 'train',
      }),
    );
}
