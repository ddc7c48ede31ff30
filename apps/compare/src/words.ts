// The app's words: those that are declared are English and shown in the visitor's language, those of results are written in it.
import type { ReportLanguage } from '@modeshift/eval';

const chinese = {
  Compare: '比较',
  Data: '数据',
  'Run the comparison': '运行比较',
  Examples: '样本',
  'Try a text': '试一试',
  'Look closer': '细看',
  'The sample': '示例',
  'Which way should you build it? Your task, once, in every mode: a prompt, retrieval, training. Quality, cost and speed side by side.':
    '该用哪种方式实现？同一个任务用每种模式各做一遍：提示、检索、训练。质量、费用和速度并排比较。',
  'Bring a CSV, TSV, JSONL or JSON file with a column of texts and one of labels, or take a bundled task. What is odd about it is told before anything runs.':
    '上传一个 CSV、TSV、JSONL 或 JSON 文件（一列文本、一列标签），或选用自带的任务。数据有什么问题，运行之前就会告诉你。',
  'Runs on its own: close the page and come back. What is done is kept, also when the server is stopped in between.':
    '独立运行：可以关闭页面，之后再回来。已完成的部分会保留，即使服务器中途停止。',
  'The test examples of a run, with what each mode answered. Choose a row to put its text to every mode again.':
    '一次运行的测试样本，以及各模式的回答。选中一行，就把它的文本再交给每个模式。',
  'One text to every mode of a run at once. What was made in the run is used; after a restart it is made anew.':
    '把一段文字同时交给一次运行的所有模式。直接使用该运行得到的成果；服务器重启后会重新生成。',
  'Starts a bundled task in every mode, on nano, and gives the run; a further call gives the same run. It ends when a comparison is started.':
    '用 nano 以每种模式运行一个自带任务，并返回运行编号；再次调用返回同一次运行。有人开始比较时它就结束。',
  'Bundled task': '自带任务',
  'Taken where there is no file.': '没有上传文件时使用。',
  'Your file': '你的文件',
  'Test file': '测试文件',
  'Left out: a part of your file is held out.': '不填：从你的文件中留出一部分。',
  'Text column': '文本列',
  'Label column': '标签列',
  'Left out: found out.': '不填：自动判断。',
  Instruction: '任务说明',
  'For the modes that ask a model.': '供调用模型的模式使用。',
  'Share to train on': '训练所占比例',
  'At most examples': '最多样本数',
  'Of training and of test examples, each.': '训练样本和测试样本各自的上限。',
  'Examples per label': '每个标签的样本数',
  'Training examples only.': '仅限训练样本。',
  Seed: '随机种子',
  'Keep leaks': '保留泄漏样本',
  'Training texts that stand in the test data, too.': '同时出现在测试数据中的训练文本。',
  'Id of the data': '数据编号',
  Summary: '概况',
  Warnings: '警告',
  Preview: '预览',
  Labels: '标签',
  'Filled in by "Data"; the name of a bundled task will do, too.': '由“数据”一栏自动填入；也可以写自带任务的名称。',
  Modes: '模式',
  'majority, nearest and scratch need no model. head, lora, full and soft-prompt train one that runs here.':
    'majority、nearest、scratch 不需要模型；head、lora、full、soft-prompt 会训练一个在本机运行的模型。',
  Models: '模型',
  'For the modes that need one: openai:gpt-5.4-mini, anthropic:…, local:Qwen/Qwen3-0.6B, nano. Several with commas.':
    '供需要模型的模式使用：openai:gpt-5.4-mini、anthropic:…、local:Qwen/Qwen3-0.6B、nano。多个用逗号隔开。',
  'For the modes that need one.': '供需要模型的模式使用。',
  'Other models': '其他模型',
  'Calls at once': '同时调用数',
  Task: '数据与模型',
  Results: '结果',
  'Quality against speed': '质量与速度',
  'Training curves': '训练曲线',
  Verdict: '结论',
  Disagreements: '分歧',
  'Report (HTML)': '报告（HTML）',
  'Report (JSON)': '报告（JSON）',
  'Id of the run': '运行编号',
  Status: '状态',
  'Left out: the last one.': '不填：最近一次。',
  Show: '显示',
  disagreements: '有分歧的',
  all: '全部',
  'wrong everywhere': '全都答错的',
  Label: '标签',
  'At most': '最多',
  Text: '文本',
  Answers: '回答',
  text: '文本',
  expected: '正确答案',
} as const;

/** Words that the app declares. */
export type Word = keyof typeof chinese;

/** The same in Chinese. */
export const translations: { readonly zh: Readonly<Record<Word, string>> } = { zh: chinese };

/** A word that has a translation: a new one without does not compile. */
export const word = (text: Word): Word => text;

/** Words in results, where the server writes whole sentences. */
export interface DynamicWords {
  readonly mode: string;
  readonly status: string;
  readonly waiting: string;
  readonly latency: string;
  readonly accuracy: string;
  readonly steps: string;
  readonly loss: string;
  readonly text: string;
  readonly label: string;
  readonly noAnswer: string;
  readonly train: string;
  readonly test: string;
  readonly answer: string;
  readonly confidence: string;
  readonly milliseconds: string;
  readonly dollars: string;
  readonly making: string;
  readonly noWarnings: string;
  readonly done: (mode: string) => string;
  readonly about: (facts: { name: string; train: number; test: number; models: readonly string[] }) => string;
  readonly summary: (facts: {
    name: string;
    train: number;
    test: number;
    labels: number;
    input: string;
    label: string;
  }) => string;
}

/** {@link DynamicWords} by language. */
export const dynamicWords: Readonly<Record<ReportLanguage, DynamicWords>> = {
  en: {
    mode: 'mode',
    status: 'status',
    waiting: 'waiting',
    latency: 'median time of an answer (ms)',
    accuracy: 'accuracy (%)',
    steps: 'steps',
    loss: 'loss',
    text: 'text',
    label: 'label',
    noAnswer: 'no answer',
    train: 'train',
    test: 'test',
    answer: 'answer',
    confidence: 'confidence',
    milliseconds: 'ms',
    dollars: 'US dollars',
    making: 'is being made',
    noWarnings: 'Nothing odd was found.',
    done: mode => `${mode} is done`,
    about: ({ name, train, test, models }) =>
      [`**${name}**: ${train} examples to train on, ${test} to test on`, ...models].join(' · '),
    summary: ({ name, train, test, labels, input, label }) =>
      `**${name}**: ${train} examples to train on, ${test} to test on, ${labels} labels. Texts from \`${input}\`, labels from \`${label}\`.`,
  },
  zh: {
    mode: '模式',
    status: '状态',
    waiting: '等待',
    latency: '每次回答用时中位数（毫秒）',
    accuracy: '准确率（%）',
    steps: '步数',
    loss: '损失',
    text: '文本',
    label: '标签',
    noAnswer: '没有回答',
    train: '训练',
    test: '测试',
    answer: '回答',
    confidence: '置信度',
    milliseconds: '毫秒',
    dollars: '美元',
    making: '正在生成',
    noWarnings: '没有发现问题。',
    done: mode => `${mode} 已完成`,
    about: ({ name, train, test, models }) =>
      [`**${name}**：训练样本 ${train} 条，测试样本 ${test} 条`, ...models].join(' · '),
    summary: ({ name, train, test, labels, input, label }) =>
      `**${name}**：训练样本 ${train} 条，测试样本 ${test} 条，标签 ${labels} 个。文本来自 \`${input}\` 列，标签来自 \`${label}\` 列。`,
  },
};
