// The app's own words: declared in English, shown in the visitor's language.

const chinese = {
  Chat: '聊天',
  Extract: '提取字段',
  'Talk to any model: hosted, on a server of yours, or in this process.':
    '与任何模型对话：云端的、自己服务器上的，或就在本进程里的。',
  'A text in, a filled form out: the answer is forced into the schema.':
    '输入一段文字，得到填好的表单：回答必须符合模式。',
  Model: '模型',
  Knowledge: '知识',
  'Facts that the model is to answer from. They stand in the prompt.': '供模型据以回答的事实，放在提示词里。',
  Text: '文字',
  Schema: '模式',
  contact: '联系人',
  order: '订单',
  appointment: '预约',
  'my own': '自己写',
  'My own JSON Schema': '自己的 JSON Schema',
  'Used with the schema "my own".': '模式选“自己写”时使用。',
  Form: '表单',
  Field: '字段',
  Value: '值',
  JSON: 'JSON',
  Details: '详情',
} as const;

/** Words that the app shows. */
export type Word = keyof typeof chinese;

/** The same in Chinese. */
export const translations: { readonly zh: Readonly<Record<Word, string>> } = { zh: chinese };

/** A word that has a translation: a new one without does not compile. */
export const word = (text: Word): Word => text;
