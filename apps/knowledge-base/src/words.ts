// The app's words: those that are declared are English and shown in the visitor's language, those of results are written in it.

/** The languages of the page. */
export type Language = 'en' | 'zh';

const chinese = {
  'Knowledge base': '知识库',
  'Your documents, and answers from them. Every number in an answer opens the passage it stands on.':
    '你的文档，以及来自这些文档的回答。回答中的每个编号都能打开它所依据的原文。',
  Ask: '提问',
  Documents: '文档',
  Search: '检索',
  Collections: '集合',
  Answers: '回答方式',
  'sentences of the sources': '原文句子（不用模型）',
  'Who writes the answer. Without a model it is made of sentences of your documents. A hosted model is sent the passages.':
    '由谁撰写回答。不用模型时，回答由文档中的原句组成；选择在线模型时，相关段落会发送给它。',
  Collection: '集合',
  'Left out: the one that was opened last.': '不填：最近打开的集合。',
  'Search by': '检索方式',
  'best there is': '自动选择',
  words: '词语',
  meanings: '语义',
  'words and meanings': '词语和语义',
  'How many passages': '段落数',
  Passages: '段落',
  Rerank: '重新排序',
  'A model reads the best passages and orders them anew.': '由模型阅读最相关的段落并重新排序。',
  'Only these documents': '仅限这些文档',
  'Names with commas. Left out: all.': '文档名，用逗号隔开。不填：全部。',
  'Only with a tag': '仅限带标签的文档',
  'Tags with commas; a document needs one of them.': '标签用逗号隔开，文档带其中之一即可。',
  'Certainty needed': '所需把握',
  'The share of the question’s words that the best passage must have, 0 to 1. Left out: 0.4 without a model.':
    '最佳段落须包含的问题词语比例，0 到 1。不填：不用模型时为 0.4。',
  'Show what was found': '显示检索结果',
  'The passages below the answer, with their ranks and scores.': '在回答下方列出段落及其名次和得分。',
  Sources: '来源',
  'How it was answered': '回答过程',
  Retrieval: '检索过程',
  'Add documents': '添加文档',
  'PDF, Word, Excel, PowerPoint, EPUB, web pages, e-mail, Markdown, text, code, tables, subtitles. Indexing goes on when the page is closed, and after a server that was stopped.':
    'PDF、Word、Excel、PowerPoint、EPUB、网页、邮件、Markdown、文本、代码、表格、字幕。关闭页面后仍会继续建立索引，服务器停止后再启动也会接着做。',
  'Words are always indexed. Meanings, too, where there is an embedding model: one on this machine, else OpenAI’s where the server has a key, to which the texts are then sent.':
    '始终按词语建立索引；有向量模型时也按语义：优先使用本机模型，否则在服务器配置了密钥时使用 OpenAI 的模型，此时文本会发送给它。',
  Files: '文件',
  Addresses: '网址',
  'Pages to fetch, one on a line. Links are not followed.': '要抓取的网页，每行一个。不会跟随链接。',
  'Folders of the server': '服务器上的文件夹',
  'Read where they are. Brought again, new files are taken up and those that are gone are deleted.':
    '就地读取。再次添加时，收入新文件，删除已不存在的文件。',
  'A name that is there already': '同名文件',
  'replace it': '替换',
  'keep both': '都保留',
  Tags: '标签',
  'With commas. Questions can be kept to a tag.': '用逗号隔开。提问时可限定标签。',
  'Who may see it': '谁可以看到',
  'Labels with commas. Left out: everybody who shares your collections.':
    '标签用逗号隔开。不填：与你共用集合的所有人。',
  'Each document': '各文档',
  'List of documents': '文档列表',
  'Choose one to look inside.': '选择一个查看内容。',
  'Look inside': '查看内容',
  Document: '文档',
  'As it was read': '读取到的文本',
  'The passages it was cut into': '切分出的段落',
  Delete: '删除',
  'Deletes the document, its passages and the uploaded file.': '删除文档、其段落和上传的文件。',
  Deleted: '已删除',
  'Re-index': '重建索引',
  'Reads the kept files again. What is unchanged is not embedded again.':
    '重新读取保留的文件。未变化的内容不会重新计算向量。',
  'Left out: all documents of the collection.': '不填：集合中的所有文档。',
  'Search the passages': '检索段落',
  'What a question finds, and where each passage stood after each step.':
    '一个问题能找到什么，以及每个段落在每一步之后的名次。',
  Question: '问题',
  'Found passages': '找到的段落',
  Steps: '步骤',
  'Choose a passage to read it in its document.': '选择一个段落，在文档中阅读。',
  'In its document': '在文档中',
  Passage: '段落',
  'Open a collection': '打开集合',
  'A new name makes a new collection. It is used wherever no other is named.':
    '新名称会建立新集合。未指明集合的地方都会使用它。',
  Opened: '已打开',
  'Your collections': '你的集合',
  'Choose one to open it.': '选择一个打开。',
  'Delete a collection': '删除集合',
  'Deletes all its documents that you can see.': '删除其中你能看到的所有文档。',
  // What columns and states are called.
  document: '文档',
  state: '状态',
  passages: '段落',
  note: '说明',
  size: '大小',
  added: '添加时间',
  tags: '标签',
  collection: '集合',
  documents: '文档',
  vectors: '向量',
  waiting: '等待',
  reading: '读取中',
  indexed: '已索引',
  failed: '失败',
  deleted: '已删除',
  place: '位置',
  passage: '段落',
  text: '文本',
  joined: '合并',
  reranked: '重排',
  step: '步骤',
  found: '找到',
  ms: '毫秒',
  lexical: '词语检索',
  embed: '计算向量',
  vector: '语义检索',
  fuse: '合并名次',
  rerank: '重新排序',
  expand: '展开上下文',
  'How many days do I have to return something?': '退货期限是几天？',
} as const satisfies Record<string, string>;

/** A declared word; it is translated, or does not compile. */
export const word = (text: keyof typeof chinese): string => text;

/** For `app`. */
export const translations = { zh: chinese };

/** What is told of an answer. */
export interface AnswerFacts {
  readonly status: 'answered' | 'not-found' | 'unsupported';
  readonly model: string | undefined;
  readonly collection: string;
  readonly mode: 'lexical' | 'vector' | 'hybrid';
  readonly passages: number;
  readonly citations: number;
  readonly missing: number;
  readonly ms: number;
}

interface Sentences {
  readonly embedding: (model: string | undefined) => string;
  readonly earlierStays: string;
  readonly quoteMissing: (quote: string) => string;
  readonly how: (facts: AnswerFacts) => string;
  readonly opened: (facts: { name: string; documents: number; passages: number; model: string | undefined }) => string;
  readonly deleted: (name: string) => string;
  readonly cleared: (name: string, documents: number) => string;
  readonly cut: string;
}

const modes = {
  en: { lexical: 'words', vector: 'meanings', hybrid: 'words and meanings' },
  zh: { lexical: '词语', vector: '语义', hybrid: '词语和语义' },
} as const;

/** {@link Sentences} by language. */
export const sentences: Readonly<Record<Language, Sentences>> = {
  en: {
    embedding: model => {
      if (model === undefined) return 'Indexed by words only: there is no embedding model here.';
      if (!model.startsWith('openai:')) return `Indexed by words and by vectors of ${model}.`;
      return `Indexed by words and by vectors of ${model}: the texts are sent to OpenAI. MODESHIFT_EMBEDDER=none keeps them here.`;
    },
    earlierStays: 'The earlier version still answers.',
    quoteMissing: quote => `(⚠ not in the sources: “${quote}”)`,
    how: ({ status, model, collection, mode, passages, citations, missing, ms }) => {
      const by = `Searched “${collection}” by ${modes.en[mode]}: ${passages} passages, ${ms.toFixed(0)} ms.`;
      if (status === 'not-found')
        return `**No answer found.** ${by}${passages > 0 ? ' What was nearest is in the table.' : ''}`;
      if (model === undefined) return `Sentences of the sources, word for word; no model wrote this. ${by}`;
      if (status === 'unsupported')
        return `**No citation of this answer holds: do not rely on it.** Written by ${model}. ${by}`;
      return `Written by ${model}; ${citations - missing} of ${citations} citations stand in the sources. ${by}`;
    },
    opened: ({ name, documents, passages, model }) =>
      `**${name}**: ${documents} documents, ${passages} passages, searched by ${model === undefined ? 'words' : `words and vectors of ${model}`}.`,
    deleted: name => `“${name}” is deleted.`,
    cleared: (name, documents) => `“${name}”: ${documents} documents are deleted.`,
    cut: '… (the rest is not shown here)',
  },
  zh: {
    embedding: model => {
      if (model === undefined) return '仅按词语建立索引：这里没有向量模型。';
      if (!model.startsWith('openai:')) return `按词语和 ${model} 的向量建立索引。`;
      return `按词语和 ${model} 的向量建立索引：文本会发送给 OpenAI。设置 MODESHIFT_EMBEDDER=none 可使文本不离开本机。`;
    },
    earlierStays: '先前的版本仍可用于回答。',
    quoteMissing: quote => `（⚠ 资料中没有：“${quote}”）`,
    how: ({ status, model, collection, mode, passages, citations, missing, ms }) => {
      const by = `在“${collection}”中按${modes.zh[mode]}检索：${passages} 个段落，${ms.toFixed(0)} 毫秒。`;
      if (status === 'not-found') return `**没有找到答案。**${by}${passages > 0 ? '最接近的段落见下表。' : ''}`;
      if (model === undefined) return `以上为资料原句，没有使用模型。${by}`;
      if (status === 'unsupported') return `**此回答没有一条引用成立，请勿采信。**由 ${model} 撰写。${by}`;
      return `由 ${model} 撰写；${citations} 条引用中有 ${citations - missing} 条见于资料。${by}`;
    },
    opened: ({ name, documents, passages, model }) =>
      `**${name}**：${documents} 个文档，${passages} 个段落，按${model === undefined ? '词语' : `词语和 ${model} 的向量`}检索。`,
    deleted: name => `已删除“${name}”。`,
    cleared: (name, documents) => `“${name}”：已删除 ${documents} 个文档。`,
    cut: '……（其余部分不在此显示）',
  },
};
