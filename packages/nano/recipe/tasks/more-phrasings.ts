// More ways to tell the facts of facts.ts and to ask for them, by subject and attribute; and what may stand round any sentence.
import type { Language } from '../example.ts';

type More = Readonly<Record<string, readonly [told: string, asked: string]>>;

const en: More = {
  'person.job': [
    '{s} earns a living as a {v}. / {s}, a {v}, is known to everyone. / All day {s} works hard as a {v}. / {s} trained to be a {v}.',
    'As what does {s} earn a living? / What did {s} train to be? / {s} is what by trade?',
  ],
  'person.city': [
    'You will find {s} in {v}. / The house of {s} stands in {v}. / {s} settled in {v}. / {v} has been home to {s} for years.',
    'Where will I find {s}? / Where is the house of {s}? / Where did {s} settle?',
  ],
  'person.born': [
    'The birthplace of {s} is {v}. / {s} spent the first years in {v}. / {v} is the town {s} comes from. / As a child {s} lived in {v}.',
    'What is the birthplace of {s}? / Where did {s} live as a child? / Which town did {s} come from?',
  ],
  'person.age': [
    '{s} has lived for {v} years. / {v} years old, {s} still works. / The age of {s} is {v}. / {s} reached the age of {v}.',
    'What age is {s}? / How many years has {s} lived? / Which age did {s} reach?',
  ],
  'person.firm': [
    '{v} gave {s} a job. / {s} has a job at {v}. / The firm of {s} is {v}. / {s} goes to the office of {v} each day.',
    'Where does {s} have a job? / Which firm gave {s} a job? / To whose office does {s} go?',
  ],
  'person.hobby': [
    '{s} is crazy about {v}. / When there is time, {s} turns to {v}. / {v} makes {s} happy. / {s} never gets tired of {v}.',
    'What makes {s} happy? / What is {s} crazy about? / To what does {s} turn when there is time?',
  ],
  'person.pet': [
    '{s} keeps a {v} at home. / The {v} of {s} is very old. / Each morning {s} feeds the {v}. / {s} got a {v} as a present.',
    'What animal does {s} feed? / Which pet is at home with {s}? / What did {s} get as a present?',
  ],
  'person.food': [
    '{s} cooks {v} every week. / {s} cannot say no to {v}. / On Sundays {s} has {v}. / {s} orders {v} whenever it is there.',
    'To what food can {s} not say no? / What does {s} cook every week? / Which dish does {s} order?',
  ],
  'person.vehicle': [
    '{s} came by {v}. / {s} rides to town by {v}. / The {v} brings {s} to work. / {s} prefers the {v}.',
    'By what did {s} come? / What brings {s} to work? / Which vehicle does {s} prefer?',
  ],
  'person.language': [
    '{s} reads and writes {v}. / {s} took lessons in {v}. / {v} is the language of {s}. / At home {s} uses {v}.',
    'What language does {s} read? / In what did {s} take lessons? / Which language is used by {s}?',
  ],
  'product.price': [
    '{s} is yours for {v}. / For {s} we ask {v}. / {s} now costs only {v}. / They want {v} for {s}.',
    'What do they want for {s}? / How much do you ask for {s}? / For how much is {s} mine?',
  ],
  'product.maker': [
    '{v} built {s}. / {s} was designed by {v}. / {s} is a product of {v}. / The name {v} stands on {s}.',
    'Who designed {s}? / Whose product is {s}? / Which name stands on {s}?',
  ],
  'product.weight': [
    '{s} is {v} in weight. / With {v} {s} is not light. / We weighed {s}: {v}.',
    'How many kilos has {s}? / What did {s} weigh?',
  ],
  'product.warranty': [
    'For {v} {s} is covered. / {s} comes with {v} of warranty. / The maker covers {s} for {v}.',
    'How long is {s} covered? / With how much warranty does {s} come?',
  ],
  'product.store': [
    'You get {s} in {v}. / The store in {v} keeps {s}. / {s} can be had in {v}.',
    'Where do I get {s}? / Where can {s} be had? / Which store keeps {s}?',
  ],
  'event.date': [
    'We meet for {s} on {v}. / {s} comes on {v}. / The date of {s} is {v}. / Do not forget {s} on {v}.',
    'When do we meet for {s}? / For which day is {s} planned? / When does {s} come?',
  ],
  'event.time': [
    'Be there at {v} for {s}. / The start of {s} is at {v}. / {s} will start at {v}.',
    'At which hour is the start of {s}? / When must I be there for {s}? / When does {s} start?',
  ],
  'event.place': [
    '{s} happens in {v}. / The place of {s} is {v}. / They chose {v} for {s}. / All roads lead to {v} for {s}.',
    'Where does {s} happen? / What is the place of {s}? / Which town did they choose for {s}?',
  ],
  'event.host': [
    '{v} invites everyone to {s}. / {v} prepared {s}. / The one who runs {s} is {v}. / {s} is the work of {v}.',
    'Who invites to {s}? / Who prepared {s}? / Who runs {s}?',
  ],
  'event.ticket': [
    'The entry to {s} costs {v}. / {v} is the price of a ticket for {s}. / You pay {v} at the door of {s}.',
    'What do I pay at the door of {s}? / What is the price of a ticket for {s}? / How much is the entry to {s}?',
  ],
};

const zh: More = {
  'person.job': [
    '{s}靠当{v}挣钱。 / {s}是个有名的{v}。 / 大家都知道{s}是{v}。 / {s}从小就想当{v}，现在当上了。',
    '{s}靠什么挣钱？ / {s}当上了什么？ / {s}是什么人？',
  ],
  'person.city': [
    '在{v}可以找到{s}。 / {s}的房子在{v}。 / {s}在{v}安了家。 / {v}多年来都是{s}的家。',
    '在哪里可以找到{s}？ / {s}的房子在哪里？ / {s}在哪里安了家？',
  ],
  'person.born': [
    '{s}的出生地是{v}。 / {s}小时候住在{v}。 / {v}是{s}的家乡。 / {s}是{v}人。',
    '{s}的出生地是哪里？ / {s}小时候住在哪里？ / {s}的家乡是哪里？',
  ],
  'person.age': [
    '{s}的年龄是{v}岁。 / {s}活了{v}年。 / {v}岁了，{s}还在工作。 / {s}刚过{v}岁生日。',
    '{s}活了多少年？ / {s}刚过几岁生日？ / {s}有多少岁？',
  ],
  'person.firm': [
    '{v}给了{s}一份工作。 / {s}是{v}的员工。 / {s}的公司是{v}。 / {s}每天去{v}的办公室。',
    '{s}是哪里的员工？ / 谁给了{s}工作？ / {s}每天去哪家公司？',
  ],
  'person.hobby': [
    '{s}一有空就{v}。 / {v}让{s}很快乐。 / {s}从不厌倦{v}。 / {s}最爱的事是{v}。',
    '什么让{s}快乐？ / {s}一有空就做什么？ / {s}最爱的事是什么？',
  ],
  'person.pet': [
    '{s}每天早上喂{v}。 / {s}的{v}很老了。 / 别人送给{s}一只{v}。 / {s}家的{v}很听话。',
    '{s}每天喂什么？ / 别人送给{s}什么动物？ / {s}家的动物是什么？',
  ],
  'person.food': [
    '{s}每周都做{v}。 / {s}见到{v}就走不动。 / 星期天{s}吃{v}。 / {s}一进饭店就点{v}。',
    '{s}每周做什么吃？ / {s}进饭店点什么？ / {s}星期天吃什么？',
  ],
  'person.vehicle': [
    '{s}是坐{v}来的。 / {s}乘{v}进城。 / {v}送{s}上班。 / {s}更喜欢坐{v}。',
    '{s}是怎么来的？ / 什么送{s}上班？ / {s}乘什么进城？',
  ],
  'person.language': [
    '{s}能读能写{v}。 / {s}上过{v}课。 / {v}是{s}的语言。 / {s}在家里说{v}。',
    '{s}能读什么语言？ / {s}上过什么课？ / {s}在家里说什么语言？',
  ],
  'product.price': [
    '{s}现在只要{v}。 / {s}我们要价{v}。 / 花{v}，{s}就归你。 / {s}的售价为{v}。',
    '{s}要价多少？ / 花多少钱{s}归我？ / {s}的售价是多少？',
  ],
  'product.maker': [
    '{s}出自{v}。 / {s}由{v}设计。 / {s}上印着{v}。 / {v}造了{s}。',
    '{s}出自哪里？ / {s}由谁设计？ / {s}上印着什么名字？',
  ],
  'product.weight': ['{s}有{v}。 / 我们称了{s}：{v}。 / {v}重的{s}不算轻。', '{s}是多少公斤？ / {s}多重？'],
  'product.warranty': [
    '厂家给{s}{v}的保修。 / {s}带{v}保修。 / {s}在{v}之内坏了可以修。',
    '厂家给{s}多久的保修？ / {s}带多久保修？',
  ],
  'product.store': [
    '{s}可以在{v}买。 / {v}的店里有{s}。 / 要买{s}就去{v}。',
    '要买{s}去哪里？ / 哪里的店里有{s}？ / {s}可以在哪里买？',
  ],
  'event.date': [
    '我们{v}去{s}。 / {s}的日期是{v}。 / 别忘了{v}的{s}。 / {s}将于{v}进行。',
    '我们哪天去{s}？ / {s}将于几日进行？ / 什么日子有{s}？',
  ],
  'event.time': [
    '{v}请到{s}。 / {s}定在{v}开始。 / {s}从{v}开始。',
    '几点要到{s}？ / {s}从几点开始？ / {s}什么时候开始？',
  ],
  'event.place': [
    '{s}就在{v}。 / 他们为{s}选了{v}。 / {s}的地方是{v}。 / 大家到{v}来看{s}。',
    '他们为{s}选了哪里？ / {s}在什么地方？ / 大家到哪里看{s}？',
  ],
  'event.host': [
    '{v}请大家来{s}。 / {v}准备了{s}。 / {s}是{v}办的。 / 管{s}的人是{v}。',
    '谁请大家来{s}？ / 谁准备了{s}？ / {s}是谁办的？',
  ],
  'event.ticket': [
    '{s}的入场费是{v}。 / {v}一张{s}的票。 / 在{s}门口付{v}。',
    '{s}的入场费多少？ / 在{s}门口付多少？ / {s}的票多少钱一张？',
  ],
};

const cut = (text: string): string[] => text.split(' / ');

/** More training phrasings of an attribute. */
export function morePhrasings(
  language: Language,
  attribute: string,
): { readonly told: string[]; readonly asked: string[] } {
  const found = (language === 'zh' ? zh : en)[attribute];
  if (!found) throw new Error(`There are no more phrasings for ${attribute}.`);
  return { told: cut(found[0]), asked: cut(found[1]) };
}

/** What may stand before and behind a statement, a question or a message. */
export const surroundings = {
  en: {
    statement: [
      'By the way, {}',
      'I heard that {}',
      'As I said, {}',
      'It is true that {}',
      'Note: {}',
      'Everybody knows that {}',
      'In short, {}',
      'Please remember: {}',
    ],
    question: [
      'Tell me: {}',
      'Please say: {}',
      'I want to know: {}',
      'One question: {}',
      'So, {}',
      '{} Please be brief.',
      'Do you know this? {}',
      'Next: {}',
    ],
    message: [
      'Hello, {}',
      'Hi, {}',
      'Good morning. {}',
      '{} Thank you.',
      '{} Please help.',
      'Dear team, {}',
      '{} What can I do?',
      '{} Please reply soon.',
      'Excuse me, {}',
      '{} Thanks, {n}',
    ],
  },
  zh: {
    statement: [
      '顺便说，{}',
      '听说{}',
      '我说过，{}',
      '确实，{}',
      '注意：{}',
      '大家都知道，{}',
      '总之，{}',
      '请记住：{}',
    ],
    question: [
      '请告诉我：{}',
      '请问，{}',
      '我想知道：{}',
      '一个问题：{}',
      '那么，{}',
      '{}请简短。',
      '你知道吗？{}',
      '接着问：{}',
    ],
    message: [
      '你好，{}',
      '您好，{}',
      '早上好。{}',
      '{}谢谢。',
      '{}请帮帮忙。',
      '亲爱的客服，{}',
      '{}我该怎么办？',
      '{}请尽快回复。',
      '打扰了，{}',
      '{}谢谢，{n}',
    ],
  },
} as const;
