// The endless stream of examples, from simple to mixed.
import type { Example, Language, TaskName } from './example.ts';
import { classify } from './tasks/classify.ts';
import { extract } from './tasks/extract.ts';
import { inContext } from './tasks/in-context.ts';
import { arithmetic, dates } from './tasks/numbers.ts';
import { reading } from './tasks/reading.ts';
import { recall } from './tasks/recall.ts';
import { dialogue, fewShot, prose, words } from './tasks/talk.ts';
import { order, rewrite } from './tasks/text-work.ts';
import { tools } from './tasks/tools.ts';
import { type Split, World } from './world.ts';

const makers: Readonly<Record<TaskName, (world: World, size: number) => Example>> = {
  reading,
  classify,
  tools,
  extract,
  arithmetic,
  dates,
  rewrite,
  order,
  'few-shot': fewShot,
  dialogue,
  words,
  prose,
  recall,
  'in-context': inContext,
};

/** How often each task comes, at the beginning and later. */
const shares: Readonly<Record<TaskName, readonly [first: number, later: number]>> = {
  reading: [14, 46],
  classify: [14, 5],
  tools: [4, 20],
  extract: [6, 16],
  arithmetic: [10, 5],
  dates: [4, 1.5],
  rewrite: [14, 1.5],
  order: [10, 1],
  'few-shot': [6, 2],
  dialogue: [3, 1],
  words: [10, 2.5],
  prose: [8, 0.4],
  recall: [25, 3],
  'in-context': [0, 2.5],
};

/** One example of one task. The same seed gives the same example. */
export function exampleOf(task: TaskName, language: Language, split: Split, seed: string, size = 1): Example {
  return makers[task](new World(`${split}/${task}/${language}/${seed}`, language, split), size);
}

/**
 * The example at a place of the stream. `progress` from 0 to 1 is how far the curriculum is: it goes from short and simple to the mix that stays.
 */
export function trainingExample(seed: number, place: number, progress: number): Example {
  const world = new World(`${seed}/${place}`, 'en', 'train');
  // The beginning lasts for two fifths of the way, then its mix gives way to the other.
  const way = Math.min(1, Math.max(0, (progress - 0.4) / 0.4));
  const weights = Object.entries(shares).map(
    ([task, [first, later]]) => [task as TaskName, first + (later - first) * way] as const,
  );
  let left = world.random.uniform() * weights.reduce((sum, [, weight]) => sum + weight, 0);
  const task = weights.find(([, weight]) => {
    left -= weight;
    return left < 0;
  })![0];
  // English is the harder one: more of its words are several tokens, and its answers are further back.
  const language = world.chance(0.56) ? 'en' : 'zh';
  // Simple ones stay in the mix.
  const size = world.random.uniform() * Math.min(1, 0.3 + progress);
  return exampleOf(task, language, 'train', `${seed}/${place}`, progress >= 1 && world.chance(0.5) ? 1 : size);
}

/** Every task. */
export const taskNames = Object.keys(makers) as TaskName[];
