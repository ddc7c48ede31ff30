// The words that fill the frames of the sample task, and the small talk around them. Train and test share as little as possible.
import type { Split } from './frames.ts';

/** Word lists of one language and one split. */
export interface Vocabulary {
  /** Things to wear or carry that come in sizes. */
  readonly wear: readonly string[];
  /** Things with a plug or a battery. */
  readonly device: readonly string[];
  /** Things that are put together. */
  readonly furniture: readonly string[];
  /** All other things. */
  readonly thing: readonly string[];
  readonly past: readonly string[];
  readonly days: readonly string[];
  readonly colour: readonly string[];
  readonly size: readonly string[];
  readonly city: readonly string[];
  readonly payment: readonly string[];
  readonly code: readonly string[];
  /** `9` stands for any digit. */
  readonly order: readonly string[];
  /** `9` stands for any digit. */
  readonly money: readonly string[];
  /** Said first. */
  readonly opening: readonly string[];
  /** Says nothing about the intent; `{product}` and the like are filled. */
  readonly context: readonly string[];
  /** Said last. */
  readonly closing: readonly string[];
}

export const vocabularyEn: Readonly<Record<Split, Vocabulary>> = {
  train: {
    wear: ['rain jacket', 'winter coat', 'bike helmet', 'wool sweater', 'cotton dress', 'belt'],
    device: ['kettle', 'desk lamp', 'keyboard', 'coffee grinder', 'toaster', 'tablet'],
    furniture: ['office chair', 'bedside table', 'coat stand'],
    thing: ['backpack', 'yoga mat', 'phone case', 'rug'],
    past: [
      'last Tuesday',
      'on Friday',
      'two weeks ago',
      'on 3 March',
      'yesterday',
      'last month',
      'on Monday',
      'ten days ago',
    ],
    days: ['three days', 'a week', 'five days', 'two weeks', 'ten days'],
    colour: ['black', 'dark blue', 'grey', 'white'],
    size: ['size M', 'size L', 'a 42', 'a bigger size'],
    city: ['Leeds', 'Denver', 'Lyon', 'Hamburg'],
    payment: ['credit card', 'debit card', 'bank account', 'gift card'],
    code: ['SPRING10', 'WELCOME15', 'SAVE20'],
    order: ['#9999999', 'no. 999999', 'A9-99999'],
    money: ['$99.90', '$9.50', '£99', '€999.00'],
    opening: ['Hi,', 'Hello,', 'Hi there,', 'Good morning,', 'Hello support team,', 'Hey,', 'Dear team,'],
    context: [
      'It was meant as a birthday present for my sister.',
      'I have been a customer for years.',
      'I already wrote to you {past} and got no answer.',
      'I also bought {a product} at the same time, and that one is fine.',
      'The payment itself went through without any problem.',
      'I tried the chat first but nobody was there.',
      'The order number is {order}.',
      'My phone number is in my account if you need to call me.',
    ],
    closing: [
      'Thanks!',
      'Thank you.',
      'Please help.',
      'Please reply soon.',
      'Best regards',
      'This is really annoying.',
      'Thanks in advance.',
    ],
  },
  test: {
    wear: ['linen shirt', 'fleece vest', 'pair of hiking boots'],
    device: ['blender', 'vacuum cleaner', 'monitor', 'hair dryer'],
    furniture: ['shoe rack', 'picture frame'],
    thing: ['tent', 'suitcase', 'garden hose'],
    past: [
      'on Sunday',
      'the day before yesterday',
      'on 17 June',
      'earlier this week',
      'over the weekend',
      'a fortnight ago',
    ],
    days: ['eight days', 'nearly a month', 'four days', 'six working days'],
    colour: ['olive', 'red', 'beige'],
    size: ['XL', 'a 38', 'the smaller one'],
    city: ['Porto', 'Bristol', 'Austin'],
    payment: ['Visa', 'prepaid card', 'checking account'],
    code: ['AUTUMN25', 'HELLO5'],
    order: ['99-999-99', 'W9999999', '9999 9999'],
    money: ['$99.25', '£999.99', '€99.40'],
    opening: ['Good afternoon,', 'To whom it may concern,', 'Hiya,', 'Sorry to bother you,', 'Hello again,'],
    context: [
      'We are leaving for a trip soon, so this is urgent.',
      'Your hotline kept me on hold for half an hour.',
      'My husband set the whole thing up, so I know little about it.',
      'Otherwise I like your shop a lot.',
      'I had a coupon left from earlier, not that it matters.',
      'For reference: {order}, placed {past}.',
      'The delivery man was very friendly, by the way.',
    ],
    closing: [
      'Cheers',
      'I look forward to hearing from you.',
      'Not impressed.',
      'Any help is appreciated.',
      'Sent from my phone',
    ],
  },
};

export const vocabularyZh: Readonly<Record<Split, Vocabulary>> = {
  train: {
    wear: ['羽绒服', '运动鞋', '毛衣', '连衣裙', '衬衫'],
    device: ['电饭煲', '台灯', '机械键盘', '充电宝', '平板电脑', '电水壶'],
    furniture: ['办公椅', '书架', '床头柜'],
    thing: ['双肩包', '瑜伽垫', '手机壳', '行李箱'],
    past: ['上周二', '昨天', '两周前', '3月3号', '上个月', '星期一', '前几天'],
    days: ['三天', '一个星期', '五天', '半个月', '十天'],
    colour: ['黑色', '深蓝色', '灰色', '白色'],
    size: ['M码', 'L码', '42码', '大一号的'],
    city: ['杭州', '成都', '武汉', '广州'],
    payment: ['信用卡', '微信支付', '支付宝', '银行卡'],
    code: ['SPRING10', 'XINREN15', 'SAVE20'],
    order: ['9999999', 'A999999', '99999999'],
    money: ['99元', '999块', '99.9元', '199元'],
    opening: ['你好，', '您好，', '在吗？', '客服你好，', '请问，', '亲，'],
    context: [
      '这是买给我妈妈的生日礼物。',
      '我是你们的老顾客了。',
      '{past}就联系过你们，一直没人回。',
      '同时买的{product}没有问题。',
      '付款倒是很顺利。',
      '在线客服一直排队。',
      '订单号是{order}。',
      '需要的话可以打我电话。',
    ],
    closing: ['谢谢！', '麻烦尽快处理。', '急！', '请回复。', '太让人失望了。', '谢谢，辛苦了。'],
  },
  test: {
    wear: ['风衣', '牛仔裤', '登山靴'],
    device: ['空气炸锅', '蓝牙耳机', '显示器', '扫地机器人'],
    furniture: ['鞋柜', '相框'],
    thing: ['帐篷', '保温杯', '窗帘'],
    past: ['周日', '大前天', '6月17号', '这周初', '周末'],
    days: ['八天', '快一个月', '四天', '六个工作日'],
    colour: ['军绿色', '红色', '米色'],
    size: ['XL', '38的', '小一点的'],
    city: ['青岛', '昆明', '西安'],
    payment: ['花呗', '储蓄卡', '云闪付'],
    code: ['QIUJI25', 'HELLO5'],
    order: ['W9999999', '99-99999', '9999999999'],
    money: ['99块5', '299元', '¥99.40'],
    opening: ['有人吗，', '打扰一下，', '哈喽，', '下午好，', '客服小姐姐，'],
    context: [
      '马上要出差了，有点着急。',
      '热线打了半小时都没人接。',
      '是我老公弄的，我也不太懂。',
      '其实你们家东西我一直挺喜欢的。',
      '快递小哥态度倒是挺好的。',
      '单号{order}，{past}下的。',
      '之前还剩一张券，不过这个无所谓。',
    ],
    closing: ['感谢感谢。', '等你们消息。', '无语了。', '望尽快给个答复。', '多谢啦～'],
  },
};
