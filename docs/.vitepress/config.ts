import { type DefaultTheme, defineConfig } from 'vitepress';

const english: DefaultTheme.SidebarItem[] = [
  {
    text: 'Guide',
    items: [
      { text: 'Getting started', link: '/guide/getting-started' },
      { text: 'Compare on your data', link: '/guide/compare' },
      { text: 'Reading the report', link: '/guide/report' },
      { text: 'Label words and fine-tuning', link: '/guide/label-words' },
      { text: 'Writing a mode', link: '/guide/own-mode' },
    ],
  },
  {
    text: 'Models',
    items: [
      { text: 'Calls', link: '/guide/core-calls' },
      { text: 'Middleware', link: '/guide/core-middleware' },
      { text: 'Errors', link: '/guide/errors' },
      { text: 'Writing a provider', link: '/guide/write-a-provider' },
      { text: 'What a provider gives', link: '/guide/core-provider' },
      { text: 'Local checkpoints', link: '/providers/local' },
      { text: 'Models on your machine', link: '/guide/local-models' },
      { text: 'Training checkpoints', link: '/guide/train-checkpoints' },
      { text: 'OpenAI and compatible servers', link: '/providers/openai' },
      { text: 'Anthropic', link: '/providers/anthropic' },
      { text: 'AI SDK', link: '/providers/ai-sdk' },
      { text: 'Gradio', link: '/providers/gradio' },
    ],
  },
  {
    text: 'Knowledge bases',
    items: [{ text: 'From files to passages', link: '/guide/rag' }],
  },
  {
    text: 'Pages',
    items: [
      { text: 'A page for a model', link: '/guide/ui' },
      { text: 'What the page does', link: '/guide/ui-page' },
      { text: 'Serving a page to others', link: '/guide/ui-server' },
      { text: 'Runs that outlive their page', link: '/guide/jobs' },
      { text: 'Testing an app', link: '/guide/ui-testing' },
      { text: 'The studio and its apps', link: '/guide/studio' },
      { text: 'Documents on a page', link: '/guide/knowledge-base' },
    ],
  },
  {
    text: 'Inside',
    items: [
      { text: 'Architecture', link: '/architecture' },
      { text: 'Decisions', link: '/decisions/' },
    ],
  },
];

const chinese: DefaultTheme.SidebarItem[] = [
  {
    text: '指南',
    items: [
      { text: '快速开始', link: '/zh/guide/getting-started' },
      { text: '用自己的数据比较', link: '/zh/guide/compare' },
      { text: '读懂报告', link: '/zh/guide/report' },
      { text: '标签词、软提示与微调', link: '/zh/guide/label-words' },
      { text: '编写自己的方式', link: '/zh/guide/own-mode' },
      { text: '在自己的机器上运行模型', link: '/zh/guide/local-models' },
      { text: '知识库', link: '/zh/guide/rag' },
      { text: '网页上的文档', link: '/zh/guide/knowledge-base' },
      { text: '给模型做一个网页', link: '/zh/guide/ui' },
      { text: '工作室与应用', link: '/zh/guide/studio' },
      { text: '错误', link: '/zh/guide/errors' },
    ],
  },
];

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
        sidebar: english,
      },
    },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      link: '/zh/',
      description: '任务只定义一次，用每一种方式运行，并度量哪一种值得。',
      themeConfig: {
        nav: [{ text: '指南', link: '/zh/guide/getting-started' }],
        sidebar: chinese,
        outline: { level: [2, 3], label: '本页目录' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '切换语言',
      },
    },
  },
});
