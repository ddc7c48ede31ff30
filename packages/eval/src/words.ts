// Everything a report says, in English and in Chinese.
import type { ErrorTag } from '@modeshift/core';

/** Languages of reports. */
export type ReportLanguage = 'en' | 'zh';

/** What a report says in one language. */
export interface Words {
  readonly mode: string;
  readonly accuracy: string;
  readonly macroF1: string;
  readonly calibrationError: string;
  readonly cost: string;
  readonly costShort: string;
  readonly train: string;
  readonly trained: string;
  readonly baseline: string;
  readonly kinds: Readonly<Record<'baseline' | 'api' | 'prompt-tuning' | 'fine-tuning' | 'plugins', string>>;
  readonly statusTitle: string;
  readonly status: Readonly<Record<'ok' | 'partial' | 'failed' | 'cancelled', string>>;
  readonly errors: Readonly<Partial<Record<ErrorTag, string>>>;
  readonly examples: (used: string, test: string) => string;
  readonly counts: (train: string, dev: string) => string;
  readonly labels: (count: number) => string;
  readonly modes: (count: number) => string;
  readonly seed: (seed: number) => string;
  readonly partly: (measured: string, examples: string) => string;
  readonly invalid: (count: string, share: string) => string;
  readonly nothingMeasured: string;
  readonly cancelled: string;
  readonly best: (name: string, figure: string, low: string, high: string) => string;
  readonly bestByMetric: (name: string, metric: string, value: string) => string;
  readonly notAboveBaseline: string;
  readonly onlyOne: string;
  readonly alternative: (name: string, points: string, p: string, why: string) => string;
  readonly noAlternative: string;
  readonly cheaper: string;
  readonly faster: string;
  readonly and: string;
  readonly noProof: string;
  readonly note: string;
}

const en: Words = {
  mode: 'mode',
  accuracy: 'accuracy',
  macroF1: 'macro-F1',
  calibrationError: 'ECE',
  cost: '$ / 1,000',
  costShort: '$/1k',
  train: 'train',
  trained: 'trained',
  baseline: 'baseline',
  kinds: {
    baseline: 'baseline',
    api: 'API',
    'prompt-tuning': 'prompt tuning',
    'fine-tuning': 'fine-tuning',
    plugins: 'plugins',
  },
  statusTitle: 'status',
  status: { ok: 'complete', partial: 'partial', failed: 'failed', cancelled: 'cancelled' },
  errors: {
    authentication: 'no valid key',
    quota: 'quota used up',
    'not-found': 'not found',
    unsupported: 'not supported',
    'invalid-input': 'wrong use',
    budget: 'budget reached',
    'rate-limit': 'too many requests',
    server: 'server error',
    network: 'no connection',
    timeout: 'time ran out',
    internal: 'internal error',
  },
  examples: (used, test) => (used === test ? `${test} test examples` : `${used} of ${test} test examples`),
  counts: (train, dev) => (dev === '0' ? `${train} to train on` : `${train} to train on, ${dev} to choose on`),
  labels: count => (count === 1 ? '1 label' : `${count} labels`),
  modes: count => (count === 1 ? '1 mode' : `${count} modes`),
  seed: seed => `seed ${seed}`,
  partly: (measured, examples) => `${measured} of ${examples} examples`,
  invalid: (count, share) => `${count} invalid answers (${share}), counted as wrong`,
  nothingMeasured: 'No mode could be measured.',
  cancelled: 'The comparison was cancelled; what was finished is reported.',
  best: (name, figure, low, high) => `${name} is the most accurate: ${figure}\u00a0% (95\u00a0% CI ${low}–${high}).`,
  bestByMetric: (name, metric, value) => `${name} is the best by ${metric}: ${value}.`,
  notAboveBaseline: 'It is not shown to beat the baseline: gather more data before shipping anything.',
  onlyOne: 'Nothing else was measured to compare it with.',
  alternative: (name, points, p, why) =>
    `${name} is ${why}, and not shown to be worse (${points} points, p\u00a0=\u00a0${p}).`,
  noAlternative: 'No cheaper or faster mode comes close enough to stand in for it.',
  cheaper: 'cheaper',
  faster: 'faster',
  and: ' and ',
  noProof: 'Not shown to be worse is no proof of being as good: more test examples tell finer differences apart.',
  note: 'Note',
};

const zh: Words = {
  mode: '模式',
  accuracy: '准确率',
  macroF1: '宏平均 F1',
  calibrationError: 'ECE',
  cost: '美元 / 千次',
  costShort: '$/千次',
  train: '训练',
  trained: '训练参数',
  baseline: '基线',
  kinds: {
    baseline: '基线',
    api: 'API 调用',
    'prompt-tuning': '提示调优',
    'fine-tuning': '微调',
    plugins: '插件',
  },
  statusTitle: '状态',
  status: { ok: '完成', partial: '部分完成', failed: '失败', cancelled: '已取消' },
  errors: {
    authentication: '密钥无效',
    quota: '额度用尽',
    'not-found': '未找到',
    unsupported: '不支持',
    'invalid-input': '用法有误',
    budget: '达到预算上限',
    'rate-limit': '请求过多',
    server: '服务器错误',
    network: '无法连接',
    timeout: '超时',
    internal: '内部错误',
  },
  examples: (used, test) => (used === test ? `${test} 条测试样本` : `${test} 条测试样本中的 ${used} 条`),
  counts: (train, dev) => (dev === '0' ? `${train} 条训练样本` : `${train} 条训练样本，${dev} 条开发样本`),
  labels: count => `${count} 个标签`,
  modes: count => `${count} 种模式`,
  seed: seed => `随机种子 ${seed}`,
  partly: (measured, examples) => `${examples} 条样本中的 ${measured} 条`,
  invalid: (count, share) => `${count} 个无效回答（${share}），按错误计`,
  nothingMeasured: '没有任何模式得到测量结果。',
  cancelled: '比较已被取消；报告保留了已完成的部分。',
  best: (name, figure, low, high) => `${name} 最准确：${figure}\u00a0%（95\u00a0% 置信区间 ${low}–${high}）。`,
  bestByMetric: (name, metric, value) => `按 ${metric} 衡量，${name} 最好：${value}。`,
  notAboveBaseline: '尚不能证明它优于基线：上线之前请先收集更多数据。',
  onlyOne: '没有测量其他模式，无从比较。',
  alternative: (name, points, p, why) =>
    `${name} ${why}，且未显示更差（相差 ${points} 个百分点，p\u00a0=\u00a0${p}）。`,
  noAlternative: '没有更便宜或更快、且足够接近的模式可以替代它。',
  cheaper: '更便宜',
  faster: '更快',
  and: '、',
  noProof: '“未显示更差”并不等于“一样好”：测试样本越多，越能分辨细小的差别。',
  note: '注意',
};

/** The words of a language. */
export function wordsOf(language: ReportLanguage): Words {
  return language === 'zh' ? zh : en;
}
