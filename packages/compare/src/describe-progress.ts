// Progress of a comparison in words.
import type { CompareProgress, ReportLanguage } from '@modeshift/eval';

/**
 * Where a comparison stands, as one line.
 *
 * @example
 * ```ts
 * import { describeProgress } from '@modeshift/compare';
 *
 * const at = { mode: 'scratch', index: 2, modes: 5, phase: 'solving', step: 'training', done: 120, total: 800, unit: 'steps' } as const;
 * console.log(describeProgress({ ...at, figures: { loss: 0.41 } })); // [3/5] scratch: training 120/800 steps, loss 0.41
 * ```
 */
export function describeProgress(progress: CompareProgress, language: ReportLanguage = 'en'): string {
  const { figures = {}, etaMs, done, total } = progress;
  const isLeft = etaMs !== undefined && Number.isFinite(etaMs) && done < (total ?? Number.POSITIVE_INFINITY);
  const parts = [
    `[${progress.index + 1}/${progress.modes}] ${progress.mode}: ${describeStep(progress, language)}`,
    ...Object.entries(figures)
      .filter(([name]) => !unsaid.has(name))
      .map(([name, value]) => `${figureNames[name]?.[language] ?? name} ${Number(value.toPrecision(3))}`),
    ...(isLeft ? [language === 'zh' ? `还需 ${duration(etaMs, language)}` : `${duration(etaMs, language)} left`] : []),
  ];
  return parts.join(language === 'zh' ? '，' : ', ');
}

/**
 * What one mode does just now, e.g. `training 120/800 steps`.
 *
 * @example
 * ```ts
 * import { describeStep } from '@modeshift/compare';
 *
 * const at = { mode: 'nearest', index: 0, modes: 2, phase: 'predicting', done: 20, total: 80, unit: 'examples' } as const;
 * console.log(describeStep(at, 'zh')); // 预测 20/80 条样本
 * ```
 */
export function describeStep(progress: CompareProgress, language: ReportLanguage = 'en'): string {
  const { done, total, unit = '' } = progress;
  const what = inLanguage(progress.step ?? progress.phase, language);
  return `${what} ${total === undefined ? done : `${done}/${total}`} ${inLanguage(unit, language)}`.trimEnd();
}

/** Figures that say little to who waits. */
const unsaid: ReadonlySet<string> = new Set(['gradientNorm', 'learningRate']);

/** Figures of modes; modes of others may have further ones, which stay as they are. */
const figureNames: Readonly<Record<string, Readonly<Record<ReportLanguage, string>>>> = {
  loss: { en: 'loss', zh: '损失' },
  epoch: { en: 'epoch', zh: '轮次' },
  heldOutAccuracy: { en: 'held-out accuracy', zh: '留出集准确率' },
  tokensPerSecond: { en: 'tokens/s', zh: '词元/秒' },
};

/** Words of modes in Chinese; modes of others may have further ones, which stay as they are. */
const chinese: Readonly<Record<string, string>> = {
  solving: '准备',
  'reading texts': '读取文本',
  'choosing neighbours': '选择近邻数',
  training: '训练',
  'choosing when to stop': '确定何时停止',
  calibrating: '校准',
  embedding: '向量化',
  asking: '询问',
  predicting: '预测',
  finished: '完成',
  examples: '条样本',
  texts: '条文本',
  prompts: '条提示',
  calls: '次调用',
  steps: '步',
};

function inLanguage(word: string, language: ReportLanguage): string {
  return language === 'zh' ? (chinese[word] ?? word) : word;
}

function duration(ms: number, language: ReportLanguage): string {
  const seconds = Math.round(ms / 1000);
  if (language === 'zh') return seconds < 90 ? `${seconds} 秒` : `${Math.round(seconds / 60)} 分钟`;
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
