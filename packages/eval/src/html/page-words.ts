// What only the HTML page says, in English and in Chinese.
import type { ReportLanguage } from '../words.ts';

/** The page's headings, captions and explanations. */
export interface PageWords {
  readonly title: string;
  readonly best: string;
  readonly results: string;
  readonly status: string;
  readonly quality: string;
  readonly qualityCaption: string;
  readonly latency: string;
  readonly latencyCaption: string;
  readonly cost: string;
  readonly costCaption: string;
  readonly free: string;
  readonly unknownCost: (names: string) => string;
  readonly noCost: string;
  readonly noLatency: string;
  readonly medianAxis: string;
  readonly costAxis: string;
  readonly paired: string;
  readonly pairedCaption: (pairs: number) => string;
  readonly better: string;
  readonly worse: string;
  readonly notShown: string;
  readonly reliability: string;
  readonly reliabilityCaption: string;
  readonly confidence: string;
  readonly labels: string;
  readonly labelsCaption: (shown: number, all: number) => string;
  readonly label: string;
  readonly support: string;
  readonly confused: string;
  readonly confusedCaption: string;
  readonly expected: string;
  readonly answered: string;
  readonly times: string;
  readonly ofLabel: string;
  readonly noMistakes: string;
  readonly footprint: string;
  readonly footprintCaption: string;
  readonly model: string;
  readonly parameters: string;
  readonly size: string;
  readonly trainTime: string;
  readonly trainCost: string;
  readonly throughput: string;
  readonly tokens: string;
  readonly unknown: string;
  readonly data: string;
  readonly labelCounts: string;
  readonly train: string;
  readonly test: string;
  readonly more: (count: number) => string;
  readonly method: string;
  readonly methods: readonly string[];
  readonly chart: (what: string) => string;
  readonly measured: (when: string, took: string) => string;
}

const en: PageWords = {
  title: 'Mode comparison',
  best: 'Most accurate',
  results: 'Results',
  status: 'status',
  quality: 'Quality',
  qualityCaption: 'Accuracy with its 95 % interval. Where intervals overlap widely, the order may be chance.',
  latency: 'Quality and speed',
  latencyCaption:
    'Up is better, left is faster. On the dashed line no other mode is both better and faster. Baselines are left out.',
  cost: 'Quality and cost',
  costCaption:
    'Up is better, left is cheaper. On the dashed line no other mode is both better and cheaper. Baselines are left out.',
  free: 'free',
  unknownCost: names => `Cost unknown: ${names}.`,
  noCost: 'No mode that was measured has a known price above zero.',
  noLatency: 'Nothing was measured.',
  medianAxis: 'median time per answer (log scale)',
  costAxis: 'US dollars per 1,000 answers (log scale)',
  paired: 'Is the difference real?',
  pairedCaption: pairs =>
    `Accuracy of the row minus accuracy of the column, in percent points, on the same examples; below it the p-value of McNemar’s test, adjusted for ${pairs} comparisons (Holm).`,
  better: 'row is better',
  worse: 'row is worse',
  notShown: 'no difference shown',
  reliability: 'Can its confidence be trusted?',
  reliabilityCaption:
    'Share of right answers against the probability the mode gave them; bigger dots hold more answers. On the diagonal, probabilities mean what they say; below it, the mode is overconfident.',
  confidence: 'confidence',
  labels: 'Label by label',
  labelsCaption: (shown, all) =>
    shown === all
      ? 'F1 of each label. A stronger tint is better.'
      : `F1 of the ${shown} most frequent of ${all} labels. A stronger tint is better. The JSON report has all.`,
  label: 'label',
  support: 'cases',
  confused: 'Most confused',
  confusedCaption: 'The most frequent mistakes of each mode.',
  expected: 'expected',
  answered: 'answered',
  times: 'times',
  ofLabel: 'of the label',
  noMistakes: 'No label was mistaken for another.',
  footprint: 'What it took',
  footprintCaption:
    'The receipt of each solution: what was trained, what it weighs, how long it took and what it cost.',
  model: 'model',
  parameters: 'trained parameters',
  size: 'size on disk',
  trainTime: 'time to make',
  trainCost: 'cost to make',
  throughput: 'answers per second',
  tokens: 'tokens per answer',
  unknown: 'unknown',
  data: 'Data',
  labelCounts: 'Examples per label',
  train: 'train',
  test: 'test',
  more: count => `and ${count} more`,
  method: 'How this was measured',
  methods: [
    'Every mode answered the same held-out examples, in shuffled order. No mode saw their labels.',
    'An answer that is none of the labels counts as wrong.',
    'Accuracy: Wilson score interval. Macro-F1: mean F1 of the labels that were expected or answered; percentile bootstrap.',
    'Differences: McNemar’s test on the examples that exactly one of two modes got right: exact below 25 of them, mid-p from 25 on.',
    'ECE: expected calibration error, 15 bins of equal width (Guo et al., 2017).',
    'Latency: wall time of each call that answered, percentiles by linear interpolation, no warm-up left out.',
  ],
  chart: what => `Chart: ${what}`,
  measured: (when, took) => `Measured ${when} UTC in ${took}`,
};

const zh: PageWords = {
  title: '模式对比',
  best: '最准确',
  results: '结果',
  status: '状态',
  quality: '质量',
  qualityCaption: '准确率及其 95 % 置信区间。区间大幅重叠时，名次可能只是偶然。',
  latency: '质量与速度',
  latencyCaption: '越高越好，越靠左越快。虚线上的模式，没有其他模式同时更好且更快。未画基线。',
  cost: '质量与成本',
  costCaption: '越高越好，越靠左越便宜。虚线上的模式，没有其他模式同时更好且更便宜。未画基线。',
  free: '免费',
  unknownCost: names => `成本未知：${names}。`,
  noCost: '已测量的模式中，没有价格已知且大于零的。',
  noLatency: '没有任何测量结果。',
  medianAxis: '每次回答的中位耗时（对数刻度）',
  costAxis: '每千次回答的美元成本（对数刻度）',
  paired: '差别是真的吗？',
  pairedCaption: pairs =>
    `同一批样本上，行的准确率减去列的准确率（百分点）；其下为 McNemar 检验的 p 值，已按 ${pairs} 次比较校正（Holm）。`,
  better: '行更好',
  worse: '行更差',
  notShown: '未显示差别',
  reliability: '它的置信度可信吗？',
  reliabilityCaption:
    '正确率与模式给出的概率之比；点越大，回答越多。落在对角线上，概率名副其实；在其下方，则过度自信。',
  confidence: '置信度',
  labels: '逐个标签',
  labelsCaption: (shown, all) =>
    shown === all
      ? '每个标签的 F1。颜色越浓越好。'
      : `${all} 个标签中最常见的 ${shown} 个的 F1。颜色越浓越好。全部数据见 JSON 报告。`,
  label: '标签',
  support: '样本数',
  confused: '最易混淆',
  confusedCaption: '每种模式最常犯的错误。',
  expected: '应为',
  answered: '答为',
  times: '次数',
  ofLabel: '占该标签',
  noMistakes: '没有标签被误认为另一个标签。',
  footprint: '付出的代价',
  footprintCaption: '每个方案的账单：训练了什么、有多大、花了多久、花了多少钱。',
  model: '模型',
  parameters: '训练的参数',
  size: '磁盘占用',
  trainTime: '制作耗时',
  trainCost: '制作成本',
  throughput: '每秒回答数',
  tokens: '每次回答的词元',
  unknown: '未知',
  data: '数据',
  labelCounts: '各标签的样本数',
  train: '训练',
  test: '测试',
  more: count => `另有 ${count} 个`,
  method: '如何测量',
  methods: [
    '所有模式以打乱的顺序回答同一批留出样本，任何模式都看不到这些样本的标签。',
    '不属于任何标签的回答按错误计。',
    '准确率：Wilson 得分区间。宏平均 F1：应答或被答标签的 F1 的平均值；百分位自助法。',
    '差别：对恰有一种模式答对的样本做 McNemar 检验：少于 25 条用精确检验，否则用 mid-p。',
    'ECE：期望校准误差，15 个等宽区间（Guo 等，2017）。',
    '延迟：每次成功调用的实际耗时，百分位数用线性插值，未剔除预热。',
  ],
  chart: what => `图表：${what}`,
  measured: (when, took) => `测量于 ${when} UTC，用时 ${took}`,
};

/** The page's words in a language. */
export function pageWordsOf(language: ReportLanguage): PageWords {
  return language === 'zh' ? zh : en;
}
