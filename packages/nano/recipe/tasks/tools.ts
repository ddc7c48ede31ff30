// Tool calls: several tools are given, a request fits one of them or none.
import type { Message, ToolDefinition } from '@modeshift/core';
import type { Example } from '../example.ts';
import { nonsense } from '../words/names-en.ts';
import * as en from '../words/nouns-en.ts';
import type { Frames, World } from '../world.ts';
import { writeJson } from './extract.ts';
import { surrounded } from './facts.ts';
import { trainingToolKinds } from './more-tool-kinds.ts';
import { type ToolKind, toolKinds } from './tool-kinds.ts';

/** The answer where no tool fits. */
export const noTool = { en: 'None of the tools fits.', zh: '没有合适的工具。' } as const;

/** In training some requests ask for the name of the tool alone, or for what it does: that is where the choice costs few tokens. */
const whichTool: Readonly<Record<'en' | 'zh', Readonly<Record<'name' | 'description', Frames>>>> = {
  en: {
    name: { train: ['Which tool? {r}', '(Tool|Name of the tool): {r}', '{r} - which tool (is it|fits)?'], test: [] },
    description: { train: ['What for? {r}', '(Does|Purpose): {r}', '{r} - what is done?'], test: [] },
  },
  zh: {
    name: { train: ['哪个工具？{r}', '(工具|工具名)：{r}', '{r}用哪个工具？'], test: [] },
    description: { train: ['做什么？{r}', '(用途|功能)：{r}', '{r}这是做什么？'], test: [] },
  },
};

interface Offered {
  readonly kind: ToolKind;
  readonly definition: ToolDefinition;
  /** Parameter names by slot. */
  readonly named: readonly (readonly [slot: string, name: string])[];
}

const heldOutNames = new Set(toolKinds.map(({ names }) => names.test));

/** Words that several names of one list begin with, so that the choice is made behind them. */
const beginnings = 'get new find set make show do add send check run use open start my the a'.split(' ');

/** A held-out name; while training often one that is put together or means nothing, so that the description has to be read. */
function nameOf(world: World, { names }: ToolKind, beginning: string | undefined): string {
  if (world.split === 'heldOut') return names.test;
  if (beginning !== undefined && world.chance(0.7))
    return `${beginning}_${world.chance(0.6) ? world.known(en.allThings) : nonsense(world)}`;
  if (names.train.length === 0 || world.chance(0.4)) {
    const kind = world.random.uniform();
    if (kind < 0.6) return world.known(en.allThings);
    return kind < 0.85 ? nonsense(world) : `${nonsense(world)}_${world.known(en.allThings)}`;
  }
  if (world.chance(0.5)) return world.pick(names.train);
  const words = [...new Set(names.train.flatMap(name => name.split('_')))];
  const name = world.some(words, 2).join('_');
  return heldOutNames.has(name) ? world.pick(names.train) : name;
}

function offer(world: World, kind: ToolKind, beginning: string | undefined): Offered {
  const named = kind.parameters.map(([slot, names]) => [slot, world.pick(names.split(' '))] as const);
  const properties = kind.parameters.map(([, , make], i) => [
    named[i]![1],
    { type: typeof make(world) === 'number' ? 'integer' : 'string' },
  ]);
  return {
    kind,
    named,
    definition: {
      name: nameOf(world, kind, beginning),
      description: world.pick(kind.description[world.language]),
      parameters: {
        type: 'object',
        properties: Object.fromEntries(properties),
        required: named.map(([, name]) => name),
        additionalProperties: false,
      },
    },
  };
}

/** What is asked for, and the call that is wanted where a tool fits. */
interface Asked {
  readonly text: string;
  readonly call?: NonNullable<Example['call']>;
}

const turn = (text: string, answer: string | NonNullable<Example['call']>): Message[] => [
  { role: 'user', content: text },
  {
    role: 'assistant',
    content:
      typeof answer === 'string'
        ? answer
        : [{ type: 'tool-call', id: 'call_1', name: answer.name, arguments: writeJson(answer.arguments) }],
  },
];

/** Makes an example with up to four tools. In training more requests follow. */
export function tools(world: World, size = 1): Example {
  const training = world.split === 'train';
  const none = noTool[world.language];
  const kinds = training && world.chance(0.4) ? trainingToolKinds(world) : toolKinds;
  const chosen = world.some(kinds, world.between(2, size < 0.5 ? 2 : 4));
  const beginning = training && world.chance(0.3) ? world.pick(beginnings) : undefined;
  const offered = chosen.slice(1).map(one => offer(world, one, beginning));
  if (!world.chance(training ? 0.25 : 0.15)) offered.push(offer(world, chosen[0]!, beginning));
  // Two tools of one name would make requests with two answers.
  if (new Set(offered.map(one => one.definition.name)).size < offered.length) return tools(world, size);
  const request = (kind: ToolKind): Asked => {
    const values = Object.fromEntries(kind.parameters.map(([slot, , make]) => [slot, make(world)]));
    const frame = world.frame(kind.asked[world.language], { ...kind.beside?.(world), ...values });
    const text = surrounded(world, 'message', frame, 0.2);
    const target = offered.find(one => one.kind === kind);
    if (!target) return { text };
    const given = Object.fromEntries(target.named.map(([slot, name]) => [name, values[slot]!]));
    return { text, call: { name: target.definition.name, arguments: given } };
  };
  let last = request(chosen[0]!);
  const messages = turn(last.text, last.call ?? none);
  if (training && world.chance(0.85))
    for (let left = world.between(2, 6); left > 0; left--) {
      last = request(world.pick(chosen));
      if (left === 1 || world.chance(0.55)) messages.push(...turn(last.text, last.call ?? none));
      else {
        const about = world.chance(0.6) ? 'name' : 'description';
        const tool = offered.find(one => one.definition.name === last.call?.name)?.definition;
        const asked = world.frame(whichTool[world.language][about], { r: last.text });
        messages.push(...turn(asked, tool?.[about] ?? none));
      }
    }
  const { call } = last;
  return {
    task: 'tools',
    language: world.language,
    kind: call ? 'call' : 'no-tool',
    tools: world.shuffled(offered.map(({ definition }) => definition)),
    messages,
    answer: call ? writeJson(call) : none,
    ...(call ? { call } : {}),
  };
}
