// Facts about people, goods and events: how they are said, how one asks for them, and what a field of a form calls them.

import type { Language } from '../example.ts';
import * as value from '../words/values.ts';
import type { Frames, World } from '../world.ts';
import { morePhrasings, surroundings } from './more-phrasings.ts';

/** One thing that can be known about a subject. */
export interface Attribute {
  readonly key: string;
  /** Names of a field for it, in JSON. */
  readonly fields: readonly string[];
  readonly statement: Frames;
  readonly question: Frames;
  readonly value: (world: World) => string;
}

/** Things that facts are about. */
export interface Subject {
  readonly name: string;
  readonly make: (world: World) => string;
  /** What a form calls the subject itself. */
  readonly fields: readonly string[];
  readonly attributes: readonly Attribute[];
}

type Row = readonly [
  key: string,
  value: (world: World) => string,
  fields: string,
  said: readonly string[],
  saidTest: readonly string[],
  asked: readonly string[],
  askedTest: readonly string[],
];
const rows = (language: Language, subject: string, table: readonly Row[]): Attribute[] =>
  table.map(([key, make, fields, said, saidTest, asked, askedTest]) => {
    const more = morePhrasings(language, `${subject}.${key}`);
    return {
      key,
      value: make,
      fields: fields.split(' '),
      statement: { train: [...said, ...more.told], test: saidTest },
      question: { train: [...asked, ...more.asked], test: askedTest },
    };
  });
const age = (world: World): string => String(world.between(18, 79));
const years = (world: World): string => (world.zh ? `${world.between(1, 9)}年` : `${world.between(2, 9)} years`);
const weight = (world: World): string => (world.zh ? `${world.between(2, 60)}公斤` : `${world.between(2, 60)} kg`);

const en: readonly Subject[] = [
  {
    name: 'person',
    make: value.person,
    fields: ['name', 'person', 'who'],
    attributes: rows('en', 'person', [
      [
        'job',
        value.job,
        'job profession occupation',
        ['{s} works as a {v}.', '{s} is a {v} (by profession|by trade).', '{s} (has been|was) a {v} for years.'],
        ['By trade {s} is a {v}.', '{s} makes a living as a {v}.'],
        ['What is the job of {s}?', 'What does {s} work as?', 'Which profession does {s} have?'],
        ['What is {s} by profession?', 'Tell me the job {s} does.'],
      ],
      [
        'city',
        value.place,
        'city town home',
        ['{s} lives in {v}.', '{s} has a (house|flat) in {v}.', '{s} moved to {v} (last year|in spring).'],
        ['{v} is where {s} lives.', 'The home of {s} is in {v}.'],
        ['Where does {s} live?', 'In which town does {s} live?', 'Which city is the home of {s}?'],
        ['What town is {s} living in?', 'Name the place where {s} lives.'],
      ],
      [
        'born',
        value.place,
        'birthplace born_in',
        ['{s} was born in {v}.', '{s} grew up in {v}.', '{s} comes from {v}.'],
        ['{s} is originally from {v}.', '{s} spent childhood in {v}.'],
        ['Where was {s} born?', 'Where does {s} come from?', 'In which town did {s} grow up?'],
        ['Where is {s} originally from?', 'Which town does {s} come from?'],
      ],
      [
        'age',
        age,
        'age years',
        [
          '{s} is {v} years old.',
          '{s} turned {v} (this year|in May).',
          '{s}, aged {v}, (likes company|is in good health).',
        ],
        ['At {v}, {s} is still active.', '{s} is now {v} years of age.'],
        ['How old is {s}?', 'What is the age of {s}?'],
        ['Which age does {s} have?', 'State how old {s} is.'],
      ],
      [
        'firm',
        value.firm,
        'employer company',
        ['{s} works for {v}.', '{s} is employed by {v}.', '{s} joined {v} (in March|two years ago).'],
        ['{v} employs {s}.', '{s} earns money at {v}.'],
        ['Which company does {s} work for?', 'Who employs {s}?', 'What is the employer of {s}?'],
        ['At which firm does {s} work?', 'Name the company that employs {s}.'],
      ],
      [
        'hobby',
        value.hobby,
        'hobby pastime',
        ['{s} likes {v}.', 'In (the evening|summer) {s} enjoys {v}.', 'The hobby of {s} is {v}.'],
        ['{s} spends weekends on {v}.', '{s} is very fond of {v}.'],
        ['What is the hobby of {s}?', 'What does {s} like to do?', 'Which hobby does {s} have?'],
        ['What does {s} do for fun?', 'Which pastime does {s} enjoy?'],
      ],
      [
        'pet',
        value.animal,
        'pet animal',
        ['{s} has a {v}.', '{s} owns a {v} (called Spot|with long ears).', 'The pet of {s} is a {v}.'],
        ['{s} looks after a {v}.', 'A {v} lives with {s}.'],
        ['Which animal does {s} have?', 'What pet does {s} own?', 'What is the pet of {s}?'],
        ['What kind of pet lives with {s}?', 'Name the animal that {s} keeps.'],
      ],
      [
        'food',
        value.dish,
        'food dish favourite',
        ['{s} loves {v}.', 'The favourite dish of {s} is {v}.', '{s} often eats {v}.'],
        ['{s} would eat {v} every day.', 'Nothing tastes better to {s} than {v}.'],
        ['What does {s} like to eat?', 'What is the favourite dish of {s}?'],
        ['Which food does {s} love?', 'What would {s} order to eat?'],
      ],
      [
        'vehicle',
        value.vehicle,
        'vehicle transport',
        ['{s} goes to work by {v}.', '{s} travels by {v}.', '{s} always takes the {v}.'],
        ['{s} gets around by {v}.', 'To get to work {s} uses the {v}.'],
        ['How does {s} go to work?', 'How does {s} travel?'],
        ['What does {s} use to get around?', 'By what means does {s} travel?'],
      ],
      [
        'language',
        value.language,
        'language tongue',
        ['{s} speaks {v}.', '{s} is learning {v}.', '{s} teaches {v} (at school|to friends).'],
        ['{s} can speak {v} well.', '{s} talks to customers in {v}.'],
        ['Which language does {s} speak?', 'What language is it that {s} knows?'],
        ['In which language can {s} talk?', 'Name the language {s} speaks.'],
      ],
    ]),
  },
  {
    name: 'product',
    make: world => `the ${value.product(world)}`,
    fields: ['product', 'item', 'article'],
    attributes: rows('en', 'product', [
      [
        'price',
        value.price,
        'price cost',
        ['{s} costs {v}.', 'The price of {s} is {v}.', 'One pays {v} for {s}.'],
        ['You can have {s} for {v}.', '{s} is sold at {v}.'],
        ['How much does {s} cost?', 'What is the price of {s}?'],
        ['What must I pay for {s}?', 'At what price is {s} sold?'],
      ],
      [
        'maker',
        value.firm,
        'maker brand',
        ['{s} is made by {v}.', '{v} makes {s}.', '{s} comes from {v}.'],
        ['{s} was built by {v}.', 'The maker of {s} is {v}.'],
        ['Who makes {s}?', 'Which company makes {s}?'],
        ['Who built {s}?', 'Name the maker of {s}.'],
      ],
      [
        'weight',
        weight,
        'weight mass',
        ['{s} weighs {v}.', 'The weight of {s} is {v}.'],
        ['{s} has a weight of {v}.', 'On the scales {s} shows {v}.'],
        ['How heavy is {s}?', 'What is the weight of {s}?'],
        ['How much does {s} weigh?', 'State the weight of {s}.'],
      ],
      [
        'warranty',
        years,
        'warranty guarantee',
        ['{s} has a warranty of {v}.', 'The guarantee for {s} lasts {v}.'],
        ['{s} is guaranteed for {v}.', 'We repair {s} free of charge for {v}.'],
        ['How long is the warranty of {s}?', 'How long does the guarantee for {s} last?'],
        ['For how long is {s} guaranteed?', 'What warranty does {s} have?'],
      ],
      [
        'store',
        value.place,
        'store shop',
        ['{s} is sold in {v}.', 'The shop with {s} is in {v}.'],
        ['One finds {s} in {v}.', '{v} has a shop that sells {s}.'],
        ['Where is {s} sold?', 'In which town can I buy {s}?'],
        ['Where do I find {s}?', 'Which town sells {s}?'],
      ],
    ]),
  },
  {
    name: 'event',
    make: world =>
      `the ${world.word(['concert', 'meeting', 'market', 'party', 'lecture', 'festival', 'race', 'course', 'exhibition', 'wedding', 'match', 'workshop', 'picnic', 'auction', 'parade', 'seminar', 'contest', 'reunion'])}`,
    fields: ['event', 'title'],
    attributes: rows('en', 'event', [
      [
        'date',
        value.date,
        'date day',
        ['{s} is on {v}.', '{s} takes place on {v}.', '{s} was moved to {v}.'],
        ['{v} is the day of {s}.', 'They will hold {s} on {v}.'],
        ['When is {s}?', 'On which day is {s}?', 'What is the date of {s}?'],
        ['Which day was chosen for {s}?', 'Name the date of {s}.'],
      ],
      [
        'time',
        value.time,
        'time start',
        ['{s} starts at {v}.', '{s} begins at {v}.'],
        ['Doors open for {s} at {v}.', 'At {v} we begin {s}.'],
        ['At what time does {s} start?', 'What time does {s} begin?'],
        ['When do we begin {s}?', 'Name the hour at which {s} starts.'],
      ],
      [
        'place',
        value.place,
        'place location',
        ['{s} is held in {v}.', '{s} will be in {v}.', 'We go to {v} for {s}.'],
        ['{v} hosts {s}.', 'One has to travel to {v} for {s}.'],
        ['Where is {s} held?', 'In which town is {s}?'],
        ['Where must one go for {s}?', 'Which town hosts {s}?'],
      ],
      [
        'host',
        value.fullName,
        'host organiser',
        ['{s} is organised by {v}.', '{v} leads {s}.', '{v} planned {s}.'],
        ['The host of {s} is {v}.', '{v} is in charge of {s}.'],
        ['Who organises {s}?', 'Who leads {s}?'],
        ['Who is in charge of {s}?', 'Name the host of {s}.'],
      ],
      [
        'ticket',
        value.price,
        'ticket fee',
        ['A ticket for {s} costs {v}.', 'To enter {s} one pays {v}.'],
        ['Tickets for {s} are {v} each.', 'The fee for {s} is {v}.'],
        ['How much is a ticket for {s}?', 'What does it cost to enter {s}?'],
        ['What is the fee for {s}?', 'What do tickets for {s} cost?'],
      ],
    ]),
  },
];

const zh: readonly Subject[] = [
  {
    name: 'person',
    make: value.person,
    fields: ['姓名', '名字', '人物'],
    attributes: rows('zh', 'person', [
      [
        'job',
        value.job,
        '职业 工作',
        ['{s}是一名{v}。', '{s}的职业是{v}。', '{s}当{v}(很多年了|已经三年了)。'],
        ['{s}以{v}为生。', '说到工作，{s}是{v}。'],
        ['{s}的职业是什么？', '{s}做什么工作？', '{s}是做什么的？'],
        ['{s}从事什么职业？', '请说出{s}的工作。'],
      ],
      [
        'city',
        value.place,
        '城市 住址 居住地',
        ['{s}住在{v}。', '{s}在{v}有一套房子。', '{s}(去年|春天)搬到了{v}。'],
        ['{v}是{s}居住的地方。', '{s}的家在{v}。'],
        ['{s}住在哪里？', '{s}现在住哪儿？', '{s}住在什么地方？'],
        ['{s}的家在哪里？', '请说出{s}居住的地方。'],
      ],
      [
        'born',
        value.place,
        '出生地 家乡 籍贯',
        ['{s}出生在{v}。', '{s}在{v}长大。', '{s}来自{v}。'],
        ['{s}的老家是{v}。', '{s}的童年在{v}度过。'],
        ['{s}出生在哪里？', '{s}来自哪里？', '{s}在哪里长大？'],
        ['{s}的老家是哪里？', '{s}是哪里人？'],
      ],
      [
        'age',
        age,
        '年龄 岁数',
        ['{s}今年{v}岁。', '{s}(五月|今年)满{v}岁了。', '{v}岁的{s}(身体很好|喜欢热闹)。'],
        ['{s}已经{v}岁了。', '到了{v}岁，{s}还很忙。'],
        ['{s}多少岁？', '{s}的年龄是多少？', '{s}今年几岁？'],
        ['{s}多大了？', '请说出{s}的岁数。'],
      ],
      [
        'firm',
        value.firm,
        '公司 单位 雇主',
        ['{s}在{v}上班。', '{s}受雇于{v}。', '{s}(三月|两年前)加入了{v}。'],
        ['{v}雇用了{s}。', '{s}的工资由{v}发。'],
        ['{s}在哪家公司上班？', '{s}的公司叫什么？', '谁雇用了{s}？'],
        ['{s}在什么单位工作？', '请说出{s}的公司。'],
      ],
      [
        'hobby',
        value.hobby,
        '爱好 兴趣',
        ['{s}喜欢{v}。', '(晚上|夏天){s}爱{v}。', '{s}的爱好是{v}。'],
        ['{s}周末都在{v}。', '{s}对{v}很着迷。'],
        ['{s}的爱好是什么？', '{s}喜欢做什么？', '{s}有什么爱好？'],
        ['{s}闲的时候做什么？', '{s}对什么感兴趣？'],
      ],
      [
        'pet',
        value.animal,
        '宠物 动物',
        ['{s}养了一只{v}。', '{s}的宠物是{v}。', '{s}家里有一只(可爱的|很大的|){v}。'],
        ['{s}照顾着一只{v}。', '一只{v}和{s}一起生活。'],
        ['{s}养了什么动物？', '{s}的宠物是什么？', '{s}家里有什么宠物？'],
        ['和{s}一起生活的是什么动物？', '{s}照顾着什么动物？'],
      ],
      [
        'food',
        value.dish,
        '食物 菜 美食',
        ['{s}最爱吃{v}。', '{s}最喜欢的菜是{v}。', '{s}常常吃{v}。'],
        ['{s}每天都想吃{v}。', '在{s}看来什么都比不上{v}。'],
        ['{s}爱吃什么？', '{s}最喜欢的菜是什么？'],
        ['{s}想吃什么？', '{s}常吃的是什么？'],
      ],
      [
        'vehicle',
        value.vehicle,
        '交通 出行',
        ['{s}坐{v}去上班。', '{s}出门坐{v}。', '{s}总是乘{v}。'],
        ['{s}靠{v}出行。', '上班路上{s}用的是{v}。'],
        ['{s}怎么去上班？', '{s}出门坐什么？'],
        ['{s}用什么出行？', '{s}上班路上坐什么？'],
      ],
      [
        'language',
        value.language,
        '语言 外语',
        ['{s}会说{v}。', '{s}正在学{v}。', '{s}在学校教{v}。'],
        ['{s}的{v}说得很好。', '{s}用{v}和客人说话。'],
        ['{s}会说什么语言？', '{s}懂哪种语言？'],
        ['{s}能用什么语言说话？', '请说出{s}会的语言。'],
      ],
    ]),
  },
  {
    name: 'product',
    make: value.product,
    fields: ['商品', '产品', '物品'],
    attributes: rows('zh', 'product', [
      [
        'price',
        value.price,
        '价格 价钱',
        ['{s}卖{v}。', '{s}的价格是{v}。', '买{s}要花{v}。'],
        ['{v}就能买到{s}。', '{s}标价{v}。'],
        ['{s}多少钱？', '{s}的价格是多少？'],
        ['买{s}要付多少钱？', '{s}标价多少？'],
      ],
      [
        'maker',
        value.firm,
        '厂家 品牌',
        ['{s}由{v}生产。', '{v}制造了{s}。', '{s}是{v}的产品。'],
        ['{s}的厂家是{v}。', '做{s}的是{v}。'],
        ['{s}是谁生产的？', '哪家公司制造{s}？'],
        ['{s}的厂家是谁？', '做{s}的是哪家公司？'],
      ],
      [
        'weight',
        weight,
        '重量 质量',
        ['{s}重{v}。', '{s}的重量是{v}。'],
        ['称一称，{s}有{v}。', '{s}足有{v}重。'],
        ['{s}有多重？', '{s}的重量是多少？'],
        ['{s}称起来多少？', '请说出{s}的重量。'],
      ],
      [
        'warranty',
        years,
        '保修 保修期',
        ['{s}保修{v}。', '{s}的保修期是{v}。'],
        ['{v}内{s}免费修理。', '{s}有{v}的保修。'],
        ['{s}保修多久？', '{s}的保修期多长？'],
        ['{s}多久内免费修理？', '{s}有多长的保修？'],
      ],
      [
        'store',
        value.place,
        '商店 门店',
        ['{s}在{v}有卖。', '卖{s}的店在{v}。'],
        ['{s}摆在{v}的货架上。', '{v}的商店卖{s}。'],
        ['{s}在哪里卖？', '在哪里能买到{s}？'],
        ['{s}摆在哪里的货架上？', '哪里的商店卖{s}？'],
      ],
    ]),
  },
  {
    name: 'event',
    make: world =>
      world.word([
        '音乐会',
        '会议',
        '集市',
        '聚会',
        '讲座',
        '艺术节',
        '赛跑',
        '课程',
        '展览',
        '婚礼',
        '球赛',
        '工作坊',
        '野餐',
        '拍卖会',
        '游行',
        '研讨会',
        '运动会',
        '校友会',
        '电影节',
        '诗会',
        '舞会',
        '招聘会',
      ]),
    fields: ['活动', '事件', '名称'],
    attributes: rows('zh', 'event', [
      [
        'date',
        value.date,
        '日期 日子',
        ['{s}在{v}。', '{s}定在{v}举行。', '{s}改到了{v}。'],
        ['{v}是{s}的日子。', '大家将在{v}办{s}。'],
        ['{s}是哪天？', '{s}在几月几日？', '{s}的日期是什么？'],
        ['{s}选在哪一天？', '请说出{s}的日期。'],
      ],
      [
        'time',
        value.time,
        '时间 开始时间',
        ['{s}{v}开始。', '{s}的开始时间是{v}。'],
        ['{v}{s}就开门。', '到{v}，{s}正式开始。'],
        ['{s}几点开始？', '{s}什么时间开始？'],
        ['{s}几点开门？', '请说出{s}开始的时间。'],
      ],
      [
        'place',
        value.place,
        '地点 地址',
        ['{s}在{v}举办。', '{s}的地点是{v}。', '我们去{v}参加{s}。'],
        ['{v}承办{s}。', '参加{s}要去{v}。'],
        ['{s}在哪里举办？', '{s}的地点在哪儿？'],
        ['参加{s}要去哪里？', '哪里承办{s}？'],
      ],
      [
        'host',
        value.fullName,
        '主持人 组织者 负责人',
        ['{s}由{v}组织。', '{v}主持{s}。', '{v}策划了{s}。'],
        ['{s}的负责人是{v}。', '{v}负责{s}。'],
        ['谁组织{s}？', '{s}由谁主持？'],
        ['{s}的负责人是谁？', '谁负责{s}？'],
      ],
      [
        'ticket',
        value.price,
        '票价 费用',
        ['{s}的门票{v}。', '进{s}要付{v}。'],
        ['{s}每张票{v}。', '{s}的费用是{v}。'],
        ['{s}的门票多少钱？', '进{s}要付多少？'],
        ['{s}的费用是多少？', '{s}一张票多少钱？'],
      ],
    ]),
  },
];

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

/** A question for what is known of a subject. */
export const askFor = (world: World, attribute: Attribute, subject: string): string =>
  capital(surrounded(world, 'question', world.frame(attribute.question, { s: subject }), 0.2));

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
