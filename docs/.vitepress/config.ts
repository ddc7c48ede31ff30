import { type DefaultTheme, defineConfig } from 'vitepress';

const sidebar = (
  texts: Record<'start' | 'compare' | 'read' | 'own' | 'architecture' | 'decisions' | 'guide' | 'inside', string>,
  base: string,
): DefaultTheme.SidebarItem[] => [
  {
    text: texts.guide,
    items: [
      { text: texts.start, link: `${base}/guide/getting-started` },
      { text: texts.compare, link: `${base}/guide/compare` },
      ...(base === ''
        ? [
            { text: texts.read, link: '/guide/report' },
            { text: texts.own, link: '/guide/own-mode' },
          ]
        : []),
    ],
  },
  ...(base === ''
    ? [
        {
          text: texts.inside,
          items: [
            { text: texts.architecture, link: '/architecture' },
            { text: texts.decisions, link: '/decisions/' },
          ],
        },
      ]
    : []),
];

const english = {
  guide: 'Guide',
  start: 'Getting started',
  compare: 'Compare on your data',
  read: 'Reading the report',
  own: 'Writing a mode',
  inside: 'Inside',
  architecture: 'Architecture',
  decisions: 'Decisions',
};

const chinese = { ...english, guide: '指南', start: '快速开始', compare: '用自己的数据比较' };

export default defineConfig({
  title: 'Modeshift',
  description: 'Define a task once, run it in every mode, measure which one is worth it.',
  cleanUrls: true,
  lastUpdated: false,
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      themeConfig: {
        nav: [
          { text: 'Guide', link: '/guide/getting-started' },
          { text: 'Architecture', link: '/architecture' },
        ],
        sidebar: sidebar(english, ''),
      },
    },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      link: '/zh/',
      description: '任务只定义一次，用每一种方式运行，并度量哪一种值得。',
      themeConfig: {
        nav: [{ text: '指南', link: '/zh/guide/getting-started' }],
        sidebar: sidebar(chinese, '/zh'),
        outline: { level: [2, 3], label: '本页目录' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '切换语言',
      },
    },
  },
});
