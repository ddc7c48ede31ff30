// The app's own words: declared in English, shown in the visitor's language.

const chinese = {
  Chat: '聊天',
  Extract: '提取字段',
  'Talk to any model: hosted, on a server of yours, or in this process.':
    '与任何模型对话：云端的、自己服务器上的，或就在本进程里的。',
  'A text in, the fields of a schema out: the answer is forced into it.':
    '输入一段文字，得到模式中的各个字段：回答必须符合模式。',
  Model: '模型',
  Knowledge: '知识',
  'Facts that the model is to answer from. They stand in the prompt.': '供模型据以回答的事实，放在提示词里。',
  'Fill a form': '填写表单',
  'A model reads the order and fills the form beside it, as it writes. Correct it, then send it.':
    '模型读懂订单，边写边填好旁边的表单。改正后即可提交。',
  Order: '订单',
  Item: '物品',
  Quantity: '数量',
  'Price of one': '单价',
  Colour: '颜色',
  Total: '合计',
  Text: '文字',
  Schema: '模式',
  contact: '联系人',
  order: '订单',
  appointment: '预约',
  'my own': '自己写',
  'My own JSON Schema': '自己的 JSON Schema',
  'Used with the schema "my own".': '模式选“自己写”时使用。',
  Fields: '字段表',
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
