// Facts about people, goods and events, told and asked for.
import * as value from '../words/values.ts';
import type { World } from '../world.ts';
import type { Attribute, Subject } from './fact-kinds.ts';
import { en } from './facts-en.ts';
import { zh } from './facts-zh.ts';
import { surroundings } from './surroundings.ts';

/** What facts are about, in a world's language. */
export const subjects = (world: World): readonly Subject[] => (world.zh ? zh : en);

/** A fact that is told. */
export interface Fact {
  readonly subject: string;
  readonly attribute: Attribute;
  readonly value: string;
}

/** A subject with some of its facts, and what is not told of it. */
export interface Described {
  readonly kind: Subject;
  readonly name: string;
  readonly facts: readonly Fact[];
  readonly untold: readonly Attribute[];
}

/** Makes a subject up. */
export function describe(world: World, kind: Subject, count: number): Described {
  const name = kind.make(world);
  const attributes = world.shuffled(kind.attributes);
  const facts = attributes
    .slice(0, count)
    .map(attribute => ({ subject: name, attribute, value: attribute.value(world) }));
  return { kind, name, facts, untold: attributes.slice(count) };
}

/** A sentence that tells a fact. */
export function tell(world: World, { subject, attribute, value: v }: Fact): string {
  return capital(surrounded(world, 'statement', world.frame(attribute.statement, { s: subject, v }), 0.15));
}

/** A question for what is known of a subject; in training sometimes by the name of a field. */
export function askFor(world: World, attribute: Attribute, subject: string): string {
  const byField = world.split === 'train' && world.chance(0.15);
  const question = byField
    ? world.fill(world.pick(fieldQuestions[world.language]), { s: subject, f: world.pick(attribute.fields) })
    : world.frame(attribute.question, { s: subject });
  return capital(surrounded(world, 'question', question, 0.2));
}

const fieldQuestions = {
  en: ['{f} of {s}?', '(What is|Give|Tell me|I need|Find) the {f} of {s}.', '{s}, {f}?', '{s}: {f}', 'The {f} of {s}?'],
  zh: ['{s}的{f}？', '{s}的{f}(是什么|是)？', '(给出|告诉我|我要|找出){s}的{f}。', '{s}，{f}？', '{s}：{f}'],
} as const;

/** While training, sometimes something stands before or behind a sentence. */
export function surrounded(
  world: World,
  kind: 'statement' | 'question' | 'message',
  text: string,
  share: number,
): string {
  if (world.split === 'heldOut' || !world.chance(share)) return text;
  const around = world.pick(surroundings[world.language][kind]);
  return around.replace('{}', text).replace('{n}', value.person(world));
}

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

/** A text that tells several facts, in any order or one subject after the other. */
export function passage(world: World, facts: readonly Fact[]): string {
  const told = (world.chance(0.5) ? world.shuffled(facts) : facts).map(fact => tell(world, fact));
  return told.join(world.zh ? '' : ' ');
}
