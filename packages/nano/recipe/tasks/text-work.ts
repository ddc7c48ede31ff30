// Work on a text itself: rewriting and ordering.
import { type Example, exchange } from '../example.ts';
import * as en from '../words/nouns-en.ts';
import * as zh from '../words/nouns-zh.ts';
import * as value from '../words/values.ts';
import type { Frames, World } from '../world.ts';
import { describe, subjects, tell } from './facts.ts';
import { everydaySentence } from './talk.ts';

type Ask = Readonly<Record<'en' | 'zh', Frames>>;
const frames = (train: string, test: string): Frames => ({ train: train.split(' / '), test: test.split(' / ') });
const ask = (trainEn: string, testEn: string, trainZh: string, testZh: string): Ask => ({
  en: frames(trainEn, testEn),
  zh: frames(trainZh, testZh),
});

const upper = frames(
  '(Write|Put|Make it) (all |)in (capital letters|capitals|big letters): {t} / (Upper case|Capitals|Capital letters): {t} / {t}\n(Write this|Say this|Put this) in (capitals|upper case|capital letters). / (Make|Turn) (this|all of it) (capital|into capitals): {t} / {t} in capital letters / All letters (big|in capitals): {t}',
  'Make all letters capital: {t}',
);
const lower = frames(
  '(Write|Put|Make it) (all |)in (small letters|lower case): {t} / (Lower case|Small letters|No capitals): {t} / {t}\n(Write this|Say this|Put this) (without capitals|in small letters|in lower case). / (Make|Turn) (this|all of it) (small|into small letters): {t} / {t} in small letters / All letters (little|in lower case): {t}',
  'Make all letters small: {t}',
);
const past = frames(
  '(Put|Turn|Change) (this |it |)into the past( tense|): {t} / {t}\n(Say|Write) that it happened (yesterday|before). / (Past tense|Past|In the past): {t} / {t}\n(Past tense, please.|And in the past?|Now in the past tense.) / (Say|Write) (this|it) in the past: {t} / (Rewrite|Write) for yesterday: {t}',
  'Rewrite in the past tense. {t}',
);
const polite = ask(
  '(Make|Say|Write|Put) (it|this) (polite|politely|in a friendly way): {t} / {t}\n(Say it|Ask|Ask this|Write this) (politely|in a polite way|in a nice way). / (Polite|Politely|A polite way): {t} / (Be polite|Ask nicely): {t} / {t}\n(More polite, please.|Make this a polite question.)',
  'Ask for this in a polite way: {t}',
  '(说得|写得|改得)(礼貌些|有礼貌|客气些|客气一点)：{t} / {t}\n请(改得|说得)(有礼貌|客气些)。 / (礼貌|礼貌地说|客气)：{t} / (用有礼貌的|换个客气的)(话|方式|说法)(说|)：{t} / {t}\n(礼貌一点。|怎么说才礼貌？)',
  '用礼貌的方式说：{t}',
);
const negate = ask(
  '(Say|Write) the (opposite|negative): {t} / (Negate|Negative|Not so|Deny): {t} / {t}\n(Make it negative.|Say that it is not so.|Now with "not".|Deny this.) / (Make|Turn) (this|it) (negative|into a negative): {t} / (Put|Add) "not" (in|into) the sentence: {t} / {t}\nTurn this into a negative.',
  'Turn into a negative sentence: {t}',
  '(改成|写成|换成)否定(句|)：{t} / (否定|否定句|说不)：{t} / {t}\n(说成不是这样。|改成否定的。|加上“不”。|变成否定。) / (用|请用)“不”(改写|否定)：{t} / 把(这句话|它)(否定|说成否定的)：{t}',
  '变成否定的句子：{t}',
);
const repeat = ask(
  '(Repeat|Repeat this|Copy|Echo|Once more): {t} / (Copy|Write|Say) (exactly|this|the same|down): {t} / Say again: {t} / {t}\n(Repeat this.|Write this again.|Say the same once more.|Copy it.) / (Write|Write down|Say) (again|once again) what (I say|stands here|you read): {t}',
  'Write down once more what follows: {t}',
  '(重复|重复一遍|复述)：{t} / (照抄|抄写|抄一遍|照写)：{t} / 再(说|写)一遍：{t} / {t}\n(请重复。|再写一次。|照样写一遍。|抄下来。) / 把(这句话|后面的话)(抄一遍|再说一次|重写一次)：{t}',
  '把下面的话再写一次：{t}',
);
const swap = ask(
  '(Replace|Swap|Exchange) "{a}" (by|with|for) "{b}": {t} / {t}\n(Write|Say|Put) "{b}" (in place of|for|where it says) "{a}". / (Change|Turn) "{a}" (into|to) "{b}": {t} / {t}\n(Change|Replace) (every |)"{a}" (to|with) "{b}". / In this text (put|write) "{b}" for "{a}": {t}',
  'Change every "{a}" to "{b}" in: {t}',
  '(把|请把|将)“{a}”(换成|替换成|改成|改为)“{b}”：{t} / {t}\n用“{b}”(代替|替换)“{a}”。 / {t}\n(把|将)“{a}”(改为|换成)“{b}”。 / “{a}”(改成|换成|改为)“{b}”：{t} / (下面|这里)的“{a}”(都写成|换成)“{b}”：{t}',
  '将下文的“{a}”都改为“{b}”：{t}',
);
const quote = ask(
  '(Put|Set) (|"){t}(|") (into quotes|in quotes|in quotation marks). / (Quote|Quotes|In quotes): {t} / (Quote|Write) {t} (with quotes|in quotes). / (Add|Put) (quotes|quotation marks) (to|round|around): {t} / {t}\n(Put this between quotes.|With quotation marks, please.)',
  'Write {t} between quotation marks.',
  '(给|请给|为){t}(加上|加|添上)引号。 / (引用|引号|加引号)：{t} / 用引号(写|括住){t}。 / 把{t}(放在|放进)引号里。 / {t}\n(加上引号。|写在引号中。)',
  '把{t}写在引号里。',
);

/** Makes an example of rewriting. */
export function rewrite(world: World): Example {
  const about = { task: 'rewrite', language: world.language } as const;
  const make = (kind: string, frame: Frames, slots: Record<string, string>, answer: string): Example =>
    exchange({ ...about, kind }, world.frame(frame, slots), answer);
  const fact = () => {
    const { facts } = describe(world, world.pick(subjects(world)), 1);
    return { ...facts[0]!, t: tell(world, facts[0]!) };
  };
  const { language } = world;
  switch (world.between(0, world.zh ? 4 : 7)) {
    case 0: {
      const t = world.split === 'train' && world.chance(0.6) ? everydaySentence(world) : fact().t;
      return make('repeat', repeat[language], { t }, t);
    }
    case 1: {
      const { t, value: a, attribute } = fact();
      const b = attribute.value(world);
      return make('swap', swap[language], { t, a, b }, t.replaceAll(a, b));
    }
    case 2: {
      const thing = value.product(world);
      if (world.zh) {
        const verb = world.pick(zh.verbs);
        return make('polite', polite.zh, { t: `${verb}${thing}！` }, `请您${verb}${thing}，好吗？`);
      }
      const [verb] = world.pick(en.verbs);
      return make(
        'polite',
        polite.en,
        { t: `${verb[0]!.toUpperCase()}${verb.slice(1)} the ${thing}!` },
        `Could you please ${verb} the ${thing}?`,
      );
    }
    case 3: {
      const thing = value.product(world);
      const [a] = world.pick(value.nouns(world).opposites);
      return world.zh
        ? make('negate', negate.zh, { t: `${thing}很${a}。` }, `${thing}不${a}。`)
        : make('negate', negate.en, { t: `The ${thing} is ${a}.` }, `The ${thing} is not ${a}.`);
    }
    case 4: {
      const t = world.chance(0.5) ? value.fullName(world) : value.product(world);
      return make('quote', quote[language], { t }, world.zh ? `“${t}”` : `"${t}"`);
    }
    case 5: {
      const t = world.chance(0.5) ? value.place(world) : value.product(world);
      return make('upper', upper, { t }, t.toUpperCase());
    }
    case 6: {
      const t = world.chance(0.5) ? value.fullName(world) : value.firm(world);
      return make('lower', lower, { t }, t.toLowerCase());
    }
    default: {
      const [verb, verbs, did] = world.pick(en.verbs);
      const thing = value.product(world);
      const who = world.chance(0.3) ? 'We' : value.person(world);
      const t = `${who} ${who === 'We' ? verb : verbs} the ${thing}.`;
      return make('past', past, { t }, `${who} ${did} the ${thing}.`);
    }
  }
}

const reverse = ask(
  '(Reverse|Turn|Turn round) the (order|list|sequence): {l} / {l}\n(Write|Say|Give) (this list|it|the list) (backwards|in reverse|from the end). / (Backwards|Reverse|In reverse|From last to first|From back to front): {l} / (Start with the last|Last one first|Begin at the end): {l} / {l}\n(Reverse this.|Turn it round.|The last one first.)',
  'Turn the list round, last one first: {l}',
  '(倒过来|反过来|反着|倒着)(排|写|说)：{l} / {l}\n(把列表|请|)(倒着写|倒过来|反过来写)。 / (倒序|反序|逆序|从后到前|从最后写起)：{l} / (最后的放前面|从末尾开始)：{l} / {l}\n(从后往前写。|倒过来。)',
  '从后往前写出列表：{l}',
);
const sort = ask(
  '(Sort|Order|Arrange) (the numbers|these|these numbers|)(|, smallest first|, from small to large|, the smallest first): {l} / {l}\n(From small to large|Smallest first|Sorted|In order|By size): / (Put|Write|Bring) (these |them |)in order: {l} / (Begin with|Start with|First) the smallest: {l} / {l}\n(Sort these.|Arrange by size.|Order these from the smallest.)',
  'Arrange these from the smallest up: {l}',
  '(把数字|请|把这些数|)(从小到大|由小到大)(排|排列|排好|写)：{l} / {l}\n(由小到大|从小到大|排好序|小的在前)： / (排序|排列|按大小排|按顺序写)：{l} / (最小的放前面|从最小的开始)：{l} / {l}\n(请排序。|按大小排。)',
  '按从小到大的顺序写：{l}',
);
const alphabet = frames(
  '(Sort|Order|Arrange) (by|along) the alphabet: {l} / {l}\n(Put|Write|Bring) (it |these |)in alphabetical order. / (Alphabetical order|By the alphabet|A to Z): {l} / (Sort|Order) (these|the words) (alphabetically|from a to z): {l} / {l}\n(Sort alphabetically.|From A to Z.)',
  'Arrange from A to Z: {l}',
);
const count = ask(
  'How many (things|items|words|entries) (are in the list|are there|do you see|are listed): {l}? / (Count|Number of items|Number|Number of words): {l} / {l}\n(How many is that?|How many?|Count them.|How many entries?|What is their number?) / (Count|Give the number of|Tell me the number of) (the |)(items|words|things): {l} / (Of how many|How many) (items|parts) is the list? {l}',
  'Give the number of entries: {l}',
  '(列表|这)里有(几个|多少个|几项|多少项)：{l}？ / (数一数|数数|几个|个数)：{l} / {l}\n(一共几个？|有几个？|共多少项？|数一数。|多少个？) / (数出|写出|说出)(个数|项数|有几个)：{l} / {l}，(一共|总共)(几个|多少个)？',
  '写出有多少项：{l}',
);
const first = ask(
  '(What|Which) (comes|is|stands) first(: {l}?| in {l}?) / (The first|First|First one|First item|Start) of {l}: / {l}\n(Name|Say|Give|Write) the first (one|item|word|entry). / (What is|Tell me) the (first|beginning) (one |item |)(of|in) {l}? / {l}\n(What comes first?|How does it begin?|What does it begin with?) / The list begins with what? {l}',
  'With what does the list begin? {l}',
  '(第一个|最前面的|开头的|首项)是(什么|哪个)：{l}？ / {l}(里|中)的(第一个|首项|第一项)： / {l}\n(说出|写出|给出)(第一个|首项|第一项)。 / {l}\n(第一个是什么？|开头是什么？|以什么开始？) / 列表的(开头|第一个|第一项)(是什么？|：){l}',
  '列表以什么开头？{l}',
);
const last = ask(
  '(What|Which) (comes|is|stands) last(: {l}?| in {l}?) / (The last|Last|Last one|Last item|End) of {l}: / {l}\n(Name|Say|Give|Write) the last (one|item|word|entry). / (What is|Tell me) the (last|final) (one |item |)(of|in) {l}? / {l}\n(What comes last?|How does it end?|What does it end with?) / The list ends with what? {l}',
  'With what does the list end? {l}',
  '(最后一个|最后面的|结尾的|末项)是(什么|哪个)：{l}？ / {l}(里|中)的(最后一个|末项|最后一项)： / {l}\n(说出|写出|给出)(最后一个|末项|最后一项)。 / {l}\n(最后一个是什么？|结尾是什么？|以什么结束？) / 列表的(结尾|最后一个|最后一项)(是什么？|：){l}',
  '列表以什么结尾？{l}',
);
const next = ask(
  '(What|Which one) (comes|stands|is) (after|behind|next to) {a} in(:|) {l}? / {l}\n(Which one|What|Which word) (follows|comes after|comes behind) {a}? / (After|Behind|Next after) {a} in {l}(:|?) / {l}\n(Name|Say|Give) what (follows|comes after|is behind) {a}. / In {l}, what follows {a}?',
  'In this list, name what stands behind {a}: {l}',
  '{l}(里|中){a}(后面|之后|后边)(是|跟着)什么？ / {l}\n{a}(的下一个|后面|之后)是(什么|哪个)？ / {l}\n(说出|写出|给出){a}(的下一个|后面的)。 / {a}后面的：{l} / {l}\n跟在{a}后面的是(什么|哪个)？',
  '在列表里说出{a}之后的：{l}',
);

/** Makes an example of ordering, counting and picking. */
export function order(world: World, size = 1): Example {
  const about = { task: 'order', language: world.language } as const;
  const comma = world.zh ? '、' : ', ';
  const { language } = world;
  const length = world.between(2, size < 0.5 ? 3 : 5);
  const items = world.words(value.nouns(world).allThings, length);
  const l = items.join(comma);
  const make = (kind: string, frame: Frames, slots: Record<string, string>, answer: string): Example =>
    exchange({ ...about, kind }, world.frame(frame, slots), answer);
  switch (world.between(0, world.zh ? 5 : 6)) {
    case 0:
      return make('reverse', reverse[language], { l }, items.toReversed().join(comma));
    case 1: {
      const numbers = [...new Set(items.map(() => world.between(1, 99)))];
      return make('sort', sort[language], { l: numbers.join(comma) }, numbers.toSorted((a, b) => a - b).join(comma));
    }
    case 2:
      return make('count', count[language], { l }, `${items.length}`);
    case 3:
      return make('first', first[language], { l }, items[0]!);
    case 4:
      return make('last', last[language], { l }, items.at(-1)!);
    case 5: {
      const place = world.random.integer(items.length - 1);
      return make('next', next[language], { l, a: items[place]! }, items[place + 1]!);
    }
    default:
      return make('alphabet', alphabet, { l }, items.toSorted().join(comma));
  }
}
