// The apps of the studio. An app joins by one entry here, and as a dependency of this package.
import type { AppDefinition } from '@modeshift/ui';

/** A text in both languages. */
export interface InBoth {
  readonly en: string;
  readonly zh: string;
}

/** An app of the studio. */
export interface StudioApp {
  /** Its path and its name on the command line: lower-case letters and `-`. */
  readonly name: string;
  readonly title: InBoth;
  readonly about: InBoth;
  /** Makes it, when it is opened for the first time. `forOthers`: people on other machines can reach it. */
  readonly load: (place?: { readonly forOthers?: boolean }) => Promise<{ readonly definition: AppDefinition }>;
}

/** The list. */
export const studioApps: readonly StudioApp[] = [
  {
    name: 'chat',
    title: { en: 'Chat', zh: '聊天' },
    about: {
      en: 'Talk to any model, put two side by side, fill a form from a text.',
      zh: '与任何模型对话，并排比较两个模型，从文字中提取表单。',
    },
    load: async () => (await import('@modeshift/app-chat')).chatApp(),
  },
  {
    name: 'compare',
    title: { en: 'Compare', zh: '比较' },
    about: {
      en: 'Your task in every mode: quality, cost and speed side by side.',
      zh: '把你的任务用每种模式各做一遍，并排比较质量、费用和速度。',
    },
    load: async ({ forOthers = false } = {}) => {
      const { availableModels } = await import('@modeshift/compare');
      const { compareApp } = await import('@modeshift/app-compare');
      return compareApp({ models: await availableModels(), otherModels: !forOthers });
    },
  },
  {
    name: 'knowledge-base',
    title: { en: 'Knowledge base', zh: '知识库' },
    about: {
      en: 'Your documents, and answers from them that cite where they stand.',
      zh: '你的文档，以及注明出处的回答。',
    },
    load: async () => (await import('@modeshift/app-knowledge-base')).knowledgeBaseApp(),
  },
];
