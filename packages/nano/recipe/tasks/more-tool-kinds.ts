// Kinds of tools for training alone: made from the facts, the goods and the topics of other tasks, so that what a tool does is read
// from its description and not known from its kind.
import * as value from '../words/values.ts';
import type { World } from '../world.ts';
import { messageSlots } from './classify.ts';
import { subjects } from './facts.ts';
import type { ToolKind } from './tool-kinds.ts';
import { topicSets } from './topics.ts';

type Groups = Readonly<Record<'facts' | 'goods' | 'desk' | 'mood' | 'request' | 'urgency', readonly ToolKind[]>>;
const made = new Map<World['language'], Groups>();

/** Kinds that one list of tools can be drawn from: no request fits two of them. */
export function trainingToolKinds(world: World): readonly ToolKind[] {
  let groups = made.get(world.language);
  if (!groups) {
    const topics = (set: keyof typeof topicSets): ToolKind[] => forTopics(world, set);
    groups = {
      facts: forFacts(world),
      goods: forGoods(world),
      desk: topics('desk'),
      mood: topics('mood'),
      request: topics('request'),
      urgency: topics('urgency'),
    };
    made.set(world.language, groups);
  }
  return groups[
    world.pick(['facts', 'facts', 'facts', 'goods', 'desk', 'desk', 'mood', 'request', 'urgency'] as const)
  ];
}

type Parts = Pick<ToolKind, 'parameters' | 'beside'> & {
  readonly names: readonly string[];
  readonly description: readonly string[];
  readonly asked: readonly string[];
};

const kind = ({ names, description, asked, ...others }: Parts): ToolKind => {
  const both = <T>(one: T): Readonly<Record<'en' | 'zh', T>> => ({ en: one, zh: one });
  return {
    names: { train: names, test: '' },
    description: both(description),
    asked: both({ train: asked, test: [] }),
    ...others,
  };
};

/** One that tells what a fact is, for each attribute. */
const forFacts = (world: World): ToolKind[] =>
  subjects(world).flatMap(({ name, make, fields, attributes }) =>
    attributes.map(attribute => {
      const article = !world.zh && name !== 'person' ? 'the ' : '';
      const spoken = attribute.fields.map(field => field.replaceAll('_', ' '));
      const own = world.zh ? [attribute.key] : [...attribute.fields, attribute.key];
      return kind({
        names: own.flatMap(word => [`get_${word}`, `${word}_lookup`, `find_${word}`, `${name}_${word}`, `${word}_of`]),
        description: spoken.flatMap(field =>
          fields.flatMap(of =>
            world.zh
              ? [`查询${of}的${field}`, `${of}的${field}`, `查找${of}的${field}`, `告诉${field}`]
              : [
                  `Tells the ${field} of a ${of}`,
                  `Looks up the ${field}`,
                  `Finds the ${field} of a ${of}`,
                  `${of} ${field}`,
                ],
          ),
        ),
        parameters: [['s', fields.join(' '), at => make(at).replace(/^the /, '')]],
        asked: attribute.question.train.map(frame => frame.replaceAll('{s}', `${article}{s}`)),
      });
    }),
  );

/** One for each category of things. */
const forGoods = (world: World): ToolKind[] =>
  Object.entries(value.nouns(world).categories).map(([category, words]) =>
    kind({
      names: world.zh ? [] : [`order_${category}`, `${category}_shop`, `find_${category}`, `new_${category}`],
      description: world.zh
        ? [`订购${category}`, `寻找${category}`, category, `${category}的清单`]
        : [`Orders from the category ${category}`, `Finds a ${category}`, category, `List of things: ${category}`],
      parameters: [['w', 'item thing article word which', at => at.known(words)]],
      asked: world.zh
        ? ['(我要|给我|想要|来|请给我|需要)(一个|){w}(，谢谢|)。', '{w}(，谢谢|在哪里|有吗)？', '有没有{w}？', '{w}']
        : ['(I need|Get me|I want|Bring me|Find me) (a|the|one) {w}(, please|).', '(Where is|How about) a {w}?', '{w}'],
    }),
  );

/** One for each topic of a set of messages; it needs no argument. */
const forTopics = (world: World, set: keyof typeof topicSets): ToolKind[] =>
  topicSets[set][world.language].map(({ labels, messages }, i) =>
    kind({
      names: topicSets[set].en[i]!.labels.map(label => label.replaceAll(/[ -]/g, '_')),
      description: labels.flatMap(label =>
        world.zh ? [label, `处理${label}`, `用于${label}`] : [label, `For ${label}`, `Takes care of: ${label}`],
      ),
      parameters: [],
      beside: messageSlots,
      asked: messages.train,
    }),
  );
