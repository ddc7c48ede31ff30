// Messages by topic and by mood, with many words for each label, so that the list in the prompt decides and not memory.
import type { Frames } from '../world.ts';
import { moreEnglishMessages } from './more-messages-en.ts';
import { moreChineseMessages } from './more-messages-zh.ts';

/** A class: words for its label, and messages of it. */
export interface Topic {
  readonly labels: readonly string[];
  readonly messages: Frames;
}

/** A set of classes that one prompt chooses from. */
export type TopicSet = readonly Topic[];

function topic(labels: string, train: string, test: string): Topic {
  const words = labels.split(', ');
  const more = moreEnglishMessages[words[0]!] ?? moreChineseMessages[words[0]!]!;
  return {
    labels: words,
    messages: { train: [train, more].flatMap(text => text.split(' / ')), test: test.split(' / ') },
  };
}

const desk: Readonly<Record<'en' | 'zh', TopicSet>> = {
  en: [
    topic(
      'delivery, shipping, parcel, transport',
      'Where is my {g}? It has not arrived (yet|so far). / My parcel {c} is late. / When will the {g} be delivered? / The courier did not come (today|again). / I am still waiting for order {c}. / Has my {g} been shipped?',
      'The package with the {g} never arrived. / Is the delivery of {c} late?',
    ),
    topic(
      'refund, money back, repayment, reimbursement',
      'I want my money back for the {g}. / Please refund {c}. / When do I get the refund for the {g}? / You still owe me the money for {c}. / I sent the {g} back and wait for my money.',
      'Give me my money for the {g} back, please. / The refund of {c} has not come.',
    ),
    topic(
      'defect, damage, broken item, fault',
      'My {g} is broken. / The {g} arrived damaged. / The {g} does not work (any more|at all). / There is a crack in the {g}. / After one day the {g} stopped working.',
      'A part of the {g} is damaged. / I got a {g} that does not work.',
    ),
    topic(
      'wrong item, mix-up, exchange, wrong product',
      'I ordered a {g} and got something else. / You sent the wrong {g}. / This is not the {g} that I ordered. / I want to exchange the {g} for another one.',
      'Something else was in the box, not the {g} that I ordered. / Wrong {g} sent, please exchange.',
    ),
    topic(
      'login, password, account access, sign-in',
      'I forgot my password. / I cannot log in to my account. / The login does not accept my password. / My account is locked. / How do I reset the password?',
      'The password for my account does not work. / I am locked out, the login fails.',
    ),
    topic(
      'payment, billing, card, charge',
      'My card was charged twice for {c}. / The payment with my card fails. / Can I pay by invoice? / Why was my card declined? / I paid for {c} but it says unpaid.',
      'Paying by card fails for {c}. / You charged my card too much for the {g}.',
    ),
    topic(
      'cancellation, cancel, withdrawal, stop order',
      'Please cancel order {c}. / I do not want the {g} any more, cancel it. / Can I still cancel {c}? / I ordered the {g} by mistake, please stop it.',
      'Stop my order {c}, I want to cancel. / Cancel the {g}, it was a mistake.',
    ),
    topic(
      'address change, address, relocation, move',
      'I moved to {p}. / My new address is in {p}. / Please change the address of {c} to {p}. / I live in {p} now.',
      'Note my new address: {p}. / We moved, the address in {p} is new.',
    ),
    topic(
      'warranty, guarantee, repair, service',
      'How long is the warranty of the {g}? / Is the {g} still under guarantee? / Can you repair my {g} under warranty? / What does the guarantee cover?',
      'Does the guarantee of the {g} cover this? / Is a repair of the {g} covered by warranty?',
    ),
    topic(
      'discount, voucher, coupon, promotion',
      'My voucher code does not work. / Is there a discount on the {g}? / Can I use two coupons for {c}? / The discount was not taken off {c}.',
      'The coupon for the {g} is not accepted. / I was promised a discount on {c}.',
    ),
    topic(
      'opening hours, hours, store, visit',
      'When does the shop in {p} open? / Are you open on Sunday? / Until what time is the store in {p} open? / Where is your shop in {p}?',
      'Is the store in {p} open on Monday? / What hours does the shop keep?',
    ),
    topic(
      'stock, availability, sizes, supply',
      'Is the {g} in stock? / When will the {g} be available again? / Do you have the {g} in a larger size? / The {g} is sold out, will more come?',
      'Will the {g} be in stock again? / Is a smaller size of the {g} available?',
    ),
  ],
  zh: [
    topic(
      '配送, 物流, 包裹, 快递',
      '我的{g}在哪里？还没到。 / 包裹{c}晚了。 / {g}什么时候送到？ / 快递员(今天|又)没来。 / 我还在等订单{c}。 / 我的{g}发货了吗？',
      '装{g}的包裹一直没到。 / {c}的配送是不是晚了？',
    ),
    topic(
      '退款, 退钱, 返款, 款项退回',
      '{g}请把钱退给我。 / 请给{c}退款。 / {g}的退款什么时候到？ / {c}的钱你们还没退。 / 我退回了{g}，在等退款。',
      '把{g}的钱退回来吧。 / {c}的退款还没有收到。',
    ),
    topic(
      '损坏, 故障, 坏件, 质量问题',
      '我的{g}坏了。 / {g}到货就是坏的。 / {g}(完全|已经)不能用了。 / {g}上有裂缝。 / 用了一天{g}就不动了。',
      '{g}有一个地方坏了。 / 我收到的{g}不能用。',
    ),
    topic(
      '发错货, 错件, 换货, 商品不符',
      '我订的是{g}，收到的是别的。 / 你们发错了{g}。 / 这不是我订的{g}。 / 我想把{g}换成别的。',
      '盒子里是别的东西，不是我订的{g}。 / {g}发错了，请换货。',
    ),
    topic(
      '登录, 密码, 账号, 账户访问',
      '我忘了密码。 / 我登录不了账号。 / 登录时不认我的密码。 / 我的账号被锁了。 / 怎么重设密码？',
      '我账号的密码不对。 / 登录失败，账号锁住了。',
    ),
    topic(
      '付款, 支付, 扣费, 银行卡',
      '{c}从我的卡扣了两次钱。 / 用卡付款失败。 / 可以用发票付款吗？ / 为什么我的卡被拒？ / {c}我付了款，却说没付。',
      '{c}刷卡付款不成功。 / {g}从我的卡多扣了钱。',
    ),
    topic(
      '取消订单, 取消, 撤单, 停止订单',
      '请取消订单{c}。 / 我不要{g}了，请取消。 / {c}还能取消吗？ / {g}是误订的，请停掉。',
      '停掉我的订单{c}，我要取消。 / {g}订错了，取消吧。',
    ),
    topic(
      '改地址, 地址, 搬家, 地址变更',
      '我搬到{p}了。 / 我的新地址在{p}。 / 请把{c}的地址改成{p}。 / 我现在住在{p}。',
      '记一下新地址：{p}。 / 我们搬家了，新地址是{p}。',
    ),
    topic(
      '保修, 质保, 维修, 售后',
      '{g}的保修期多长？ / {g}还在保修期吗？ / 我的{g}能保修吗？ / 质保包括什么？',
      '{g}的质保包括这个吗？ / {g}的修理算保修吗？',
    ),
    topic(
      '优惠, 优惠券, 折扣, 促销',
      '我的优惠码不能用。 / {g}有折扣吗？ / {c}能用两张优惠券吗？ / {c}没有减去折扣。',
      '{g}的优惠券不被接受。 / 说好{c}有折扣的。',
    ),
    topic(
      '营业时间, 门店, 开门时间, 到店',
      '{p}的店几点开门？ / 星期天营业吗？ / {p}的店开到几点？ / 你们在{p}的店在哪里？',
      '{p}的店星期一开门吗？ / 店里营业到几点？',
    ),
    topic(
      '库存, 有货, 尺码, 供货',
      '{g}有货吗？ / {g}什么时候再有货？ / {g}有大一号的吗？ / {g}卖完了，还会来吗？',
      '{g}还会有库存吗？ / {g}有没有小一号的？',
    ),
  ],
};

const mood: Readonly<Record<'en' | 'zh', TopicSet>> = {
  en: [
    topic(
      'positive, good, happy, satisfied, praise',
      'I love the {g}. / The {g} is (great|wonderful|excellent). / Very happy with my {g}. / The {g} works perfectly. / Best {g} I ever had. / Thank you, the {g} is lovely. / {n} was (friendly|kind|helpful). / What a (beautiful|good) {g}!',
      'The {g} is beautiful and works perfectly. / {n} gave me excellent help. / I am happy that I bought the {g}.',
    ),
    topic(
      'negative, bad, unhappy, dissatisfied, complaint',
      'I hate the {g}. / The {g} is (awful|terrible|useless). / Very unhappy with my {g}. / The {g} broke at once. / Worst {g} I ever had. / A waste of money, this {g}. / {n} was (rude|unfriendly|slow). / What an ugly {g}!',
      'The {g} is ugly and broke at once. / {n} gave me terrible help. / I am unhappy that I bought the {g}.',
    ),
    topic(
      'neutral, no opinion, mixed, factual',
      'The {g} came on {d}. / I bought the {g} in {p}. / The {g} is for {n}. / The {g} lies in the box. / I have not tried the {g} yet. / The {g} is as described. / {n} signed for the {g}.',
      'On {d} the {g} came to {p}. / {n} has not tried the {g} yet. / The {g} was for {n} in {p}.',
    ),
  ],
  zh: [
    topic(
      '正面, 好评, 满意, 高兴, 表扬',
      '我很喜欢{g}。 / {g}(太棒了|好极了|非常好)。 / 对{g}很满意。 / {g}用起来很好。 / 这是我用过最好的{g}。 / 谢谢，{g}真可爱。 / {n}很(友好|热情|耐心)。 / 多漂亮的{g}！',
      '{g}漂亮，用起来也很好。 / {n}的帮助好极了。 / 买了{g}，我很高兴。',
    ),
    topic(
      '负面, 差评, 不满, 生气, 投诉',
      '我讨厌{g}。 / {g}(太差了|糟透了|没有用)。 / 对{g}很不满意。 / {g}马上就坏了。 / 这是我用过最差的{g}。 / 买{g}浪费钱。 / {n}很(粗鲁|冷淡|拖拉)。 / 多难看的{g}！',
      '{g}难看，马上就坏了。 / {n}的帮助糟透了。 / 买了{g}，我很生气。',
    ),
    topic(
      '中性, 一般, 没有看法, 陈述',
      '{g}{d}到了。 / 我在{p}买了{g}。 / {g}是给{n}的。 / {g}放在盒子里。 / 我还没试过{g}。 / {g}和描述一样。 / {n}签收了{g}。',
      '{d}{g}到了{p}。 / {n}还没试过{g}。 / {g}是给{p}的{n}的。',
    ),
  ],
};

const urgency: Readonly<Record<'en' | 'zh', TopicSet>> = {
  en: [
    topic(
      'urgent, high, now, emergency',
      'I need the {g} today! / This cannot wait, {n} needs help now. / Please answer at once. / It is very urgent: {c}. / Hurry, water runs out of the {g}!',
      'Help {n} at once, it is urgent! / We need the {g} now, it cannot wait.',
    ),
    topic(
      'not urgent, low, later, no hurry',
      'There is no hurry with the {g}. / Whenever you have time, look at {c}. / It can wait until next month. / {n} says that it is not urgent. / Take your time with the {g}.',
      'Take your time, {c} can wait. / No hurry, {n} needs the {g} next month.',
    ),
  ],
  zh: [
    topic(
      '紧急, 加急, 马上, 高',
      '我今天就要{g}！ / 不能等，{n}现在需要帮助。 / 请立刻回答。 / 非常急：{c}。 / 快点，{g}漏水了！',
      '立刻帮{n}，很急！ / 我们现在就要{g}，不能等。',
    ),
    topic(
      '不急, 普通, 以后, 低',
      '{g}不着急。 / 有空的时候看看{c}。 / 可以等到下个月。 / {n}说不急。 / {g}慢慢来。',
      '慢慢来，{c}可以等。 / 不着急，{n}下个月才要{g}。',
    ),
  ],
};

const request: Readonly<Record<'en' | 'zh', TopicSet>> = {
  en: [
    topic(
      'question, asking, query',
      'When is the {g} coming? / Who is {n}? / Where is {p}? / How much is the {g}? / Is {c} ready? / What does the {g} weigh?',
      'How far is {p}? / Who bought the {g}?',
    ),
    topic(
      'command, order, instruction',
      'Bring the {g} to {p}. / Call {n} now. / Close the door. / Send {c} to {p}. / Put the {g} on the table.',
      'Take the {g} to {n}. / Open {c} and call {p}.',
    ),
    topic(
      'statement, report, information',
      'The {g} is in {p}. / {n} lives in {p}. / Order {c} is ready. / {n} has a {g}. / It was cold on {d}.',
      '{n} has the {g} in {p}. / {c} was ready on {d}.',
    ),
    topic(
      'greeting, hello, salutation',
      'Hello {n}! / Good morning, {n}. / Hi there, {n}. / Welcome to {p}, {n}!',
      'Good evening, dear {n}. / Hello and welcome, {n}!',
    ),
  ],
  zh: [
    topic(
      '问题, 提问, 疑问',
      '{g}什么时候来？ / {n}是谁？ / {p}在哪里？ / {g}多少钱？ / {c}好了吗？ / {g}有多重？',
      '{p}有多远？ / 谁买了{g}？',
    ),
    topic(
      '命令, 指令, 要求',
      '把{g}带到{p}。 / 马上给{n}打电话。 / 把门关上。 / 把{c}寄到{p}。 / 把{g}放在桌子上。',
      '把{g}交给{n}。 / 打开{c}，寄到{p}。',
    ),
    topic(
      '陈述, 报告, 消息',
      '{g}在{p}。 / {n}住在{p}。 / 订单{c}好了。 / {n}有一个{g}。 / {d}很冷。',
      '{n}在{p}有{g}。 / {c}{d}就好了。',
    ),
    topic(
      '问候, 打招呼, 寒暄',
      '你好，{n}！ / 早上好，{n}。 / 嗨，{n}。 / 欢迎来{p}，{n}！',
      '晚上好，亲爱的{n}。 / 你好，欢迎你，{n}！',
    ),
  ],
};

/** Every set, and its name for the evaluation. */
export const topicSets = { desk, mood, urgency, request } as const;
