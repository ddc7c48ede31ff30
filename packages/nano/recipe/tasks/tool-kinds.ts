// Kinds of tools: their names, what they are said to do, their parameters and the requests that ask for them.
import * as value from '../words/values.ts';
import type { Frames, World } from '../world.ts';
import { moreRequests } from './more-requests.ts';

/** A kind of tool, and what asks for it. */
export interface ToolKind {
  /** Names of such a tool: those of training, and one that is held out. */
  readonly names: { readonly train: readonly string[]; readonly test: string };
  readonly description: Readonly<Record<'en' | 'zh', readonly string[]>>;
  /** What a request has beside the arguments. */
  readonly beside?: (world: World) => Readonly<Record<string, string>>;
  /** Arguments in order: slot, names, how a value is made (text as it is asked for, and as it is given). */
  readonly parameters: readonly (readonly [slot: string, names: string, make: (world: World) => string | number])[];
  readonly asked: Readonly<Record<'en' | 'zh', Frames>>;
}

const tool = (
  names: string,
  en: string,
  zh: string,
  parameters: ToolKind['parameters'],
  askedEn: string,
  testEn: string,
  askedZh: string,
  testZh: string,
): ToolKind => {
  const cut = (text: string): string[] => text.split(' / ');
  const [moreEn, moreZh] = moreRequests[names.split(' ')[0]!]!;
  return {
    names: { train: names.split(' ').slice(0, -1), test: names.split(' ').at(-1)! },
    description: { en: cut(en), zh: cut(zh) },
    parameters,
    asked: {
      en: { train: [...cut(askedEn), ...cut(moreEn)], test: cut(testEn) },
      zh: { train: [...cut(askedZh), ...cut(moreZh)], test: cut(testZh) },
    },
  };
};
const count = (world: World): number => world.between(1, 20);

/** The kinds that held-out examples have. */
export const toolKinds: readonly ToolKind[] = [
  tool(
    'get_weather weather_lookup check_weather show_weather forecast weather_report',
    'Tells the weather of a town / Weather forecast',
    '查询天气 / 某地的天气预报',
    [['p', 'city place town location', value.place]],
    'What is the weather (like |)in {p}? / Will it rain in {p}? / Is it cold in {p} today? / Do I need a coat in {p}?',
    'How warm is it in {p}? / Tell me if the sun shines in {p}.',
    '{p}的天气怎么样？ / {p}会下雨吗？ / {p}今天冷不冷？ / 去{p}要穿大衣吗？',
    '{p}现在多热？ / 告诉我{p}出不出太阳。',
  ),
  tool(
    'find_order track_order order_status lookup_order where_is_order get_order',
    'Shows the state of an order / Tracks an order',
    '查询订单状态 / 跟踪订单',
    [['c', 'order order_id number code', value.code]],
    'Where is (my |)order {c}? / Has {c} been sent yet? / When will order {c} arrive? / I am waiting for {c}.',
    'Track {c} for me please. / I would like to know how far {c} is.',
    '订单{c}到哪里了？ / {c}发货了吗？ / 订单{c}什么时候到？ / 我在等{c}。',
    '帮我查一下{c}。 / 我想知道{c}走到哪儿了。',
  ),
  tool(
    'cancel_order stop_order order_cancel drop_order revoke_order',
    'Cancels an order / Stops an order',
    '取消订单 / 撤销订单',
    [['c', 'order order_id number code', value.code]],
    'Please cancel order {c}. / I do not want {c} any more. / Stop order {c}. / Cancel {c}.',
    'I changed my mind about {c}, call it off. / Order {c} is no longer needed.',
    '请取消订单{c}。 / 我不要{c}了。 / 停掉订单{c}。 / 取消{c}。',
    '{c}我改主意了，撤掉吧。 / 订单{c}不需要了。',
  ),
  tool(
    'send_message message_to write_message text_person send_text',
    'Sends a message to someone / Writes to a person',
    '给人发消息 / 发送短信',
    [['n', 'to recipient person name', value.person]],
    '(Send|Write) a message to {n}. / Text {n}. / I need to write to {n}.',
    'Let {n} know by message. / Drop {n} a line.',
    '给{n}发条消息。 / 发短信给{n}。 / 我要写信给{n}。',
    '用消息通知{n}。 / 跟{n}说一声。',
  ),
  tool(
    'call_person phone_call make_call dial start_call',
    'Calls someone by phone / Phone call',
    '给人打电话 / 拨打电话',
    [['n', 'name person contact who', value.person]],
    '(Call|Phone|Ring) {n}. / I want to (speak|talk) to {n} by phone. / Please call {n}.',
    'Get {n} on the phone. / Dial the number of {n}.',
    '给{n}打电话。 / 我想和{n}通电话。 / 请拨{n}的电话。',
    '帮我接通{n}的电话。 / 打个电话找{n}。',
  ),
  tool(
    'set_alarm wake_up alarm_clock add_alarm new_alarm',
    'Sets an alarm / Wakes someone up',
    '设置闹钟 / 叫醒',
    [['t', 'time at hour', value.time]],
    'Wake me (up |)at {t}. / Set an alarm for {t}. / I must get up at {t}.',
    'Make the clock ring at {t}. / Do not let me sleep past {t}.',
    '{t}叫我起床。 / 设一个{t}的闹钟。 / 我{t}要起床。',
    '让闹钟{t}响。 / 别让我睡过{t}。',
  ),
  tool(
    'book_table reserve_table restaurant_booking table_for',
    'Books a table in a restaurant / Restaurant reservation',
    '餐厅订位 / 预订餐桌',
    [
      ['k', 'people guests seats', count],
      ['d', 'date day', value.date],
    ],
    '(Book|Reserve) a table for {k} on {d}. / We are {k} and want to eat out on {d}. / A table on {d} for {k}, please.',
    'On {d} I need seats for {k} at dinner. / Dinner out for {k}, {d}.',
    '订一张{d}{k}个人的桌子。 / 我们{k}个人{d}想去餐厅吃饭。 / {d}要一张桌子，{k}位。',
    '{d}晚饭要{k}个座位。 / {k}个人{d}出去吃。',
  ),
  tool(
    'book_train train_ticket buy_train_ticket rail_ticket',
    'Books a train ticket / Train tickets',
    '订火车票 / 火车票',
    [
      ['p', 'to destination city', value.place],
      ['d', 'date day', value.date],
    ],
    'I need a train to {p} on {d}. / Book a train ticket to {p} for {d}. / On {d} I travel to {p} by train.',
    'Get me on the train to {p}, {d}. / Rail ticket, {p}, {d} please.',
    '我要{d}去{p}的火车票。 / 订一张{d}到{p}的火车票。 / {d}我坐火车去{p}。',
    '帮我买{p}的火车票，{d}。 / {d}，火车，{p}。',
  ),
  tool(
    'play_music play_song start_music music_player',
    'Plays music of an instrument / Music player',
    '播放乐器音乐 / 音乐播放器',
    [['i', 'instrument kind', value.instrument]],
    'Play some {i} music. / I want to hear a {i}. / Put on music with {i}.',
    'Let me listen to the {i}. / Some {i}, please.',
    '放一点{i}的音乐。 / 我想听{i}。 / 播放{i}曲。',
    '让我听听{i}。 / 来点{i}。',
  ),
  tool(
    'search_product find_product product_search shop_search',
    'Searches the shop for goods / Product search',
    '搜索商品 / 查找商品',
    [['g', 'product query item', value.product]],
    'Do you (have|sell) a {g}? / I am looking for a {g}. / Search for {g}. / I want to buy a {g}.',
    'Show me what you have in {g}. / Is there any {g} in the shop?',
    '有{g}卖吗？ / 我在找{g}。 / 搜索{g}。 / 我想买{g}。',
    '看看有什么{g}。 / 店里有没有{g}？',
  ),
  tool(
    'add_to_cart put_in_cart cart_add basket_add',
    'Puts goods into the cart / Adds to the basket',
    '加入购物车 / 放进购物篮',
    [
      ['k', 'count quantity amount', count],
      ['g', 'product item article', value.product],
    ],
    'Put {k} of {g} into my cart. / Add {k} times {g} to the cart. / Cart: {k} {g}.',
    'I take {k} {g}, into the basket please. / {k} pieces of {g} for my basket.',
    '把{k}个{g}放进购物车。 / 购物车加{k}个{g}。 / 购物车：{g}{k}个。',
    '{g}我要{k}个，放进篮子。 / 篮子里放{k}件{g}。',
  ),
  tool(
    'translate_word translate to_language translation',
    'Translates a word into a language / Translation',
    '把词翻译成一种语言 / 翻译',
    [
      ['w', 'word text', world => world.word(value.nouns(world).allThings)],
      ['l', 'language target', value.language],
    ],
    'What is "{w}" in {l}? / Translate "{w}" into {l}. / How do you say "{w}" in {l}?',
    'Give me the {l} word for "{w}". / I need "{w}" in {l}.',
    '“{w}”用{l}怎么说？ / 把“{w}”翻译成{l}。 / “{w}”的{l}是什么？',
    '告诉我“{w}”在{l}里的说法。 / 我需要“{w}”的{l}译文。',
  ),
  tool(
    'convert_money exchange_rate currency_convert',
    'Changes an amount of money / Currency exchange',
    '换算货币 / 兑换货币',
    [['a', 'amount sum', world => world.between(2, 99) * 10]],
    'How much are {a} dollars in euros? / Change {a} dollars into euros. / Convert {a} dollars.',
    'What do I get in euros for {a} dollars? / I have {a} dollars to exchange.',
    '{a}美元是多少欧元？ / 把{a}美元换成欧元。 / 换算{a}美元。',
    '{a}美元能换多少欧元？ / 我有{a}美元要兑换。',
  ),
  tool(
    'create_ticket open_ticket report_problem new_ticket',
    'Opens a ticket for a broken product / Reports a fault',
    '为坏掉的商品建工单 / 报修',
    [['g', 'product item device', value.product]],
    'My {g} is broken. / The {g} does not work. / I want to report a fault of my {g}.',
    'Something is wrong with my {g}. / Please have the {g} repaired.',
    '我的{g}坏了。 / {g}不能用了。 / 我要报修{g}。',
    '我的{g}出了毛病。 / 请安排修一下{g}。',
  ),
  tool(
    'change_address update_address new_address move_address',
    'Changes the address of a customer / New address',
    '修改客户地址 / 更新地址',
    [['p', 'city place town', value.place]],
    'I (have |)moved to {p}. / My new address is in {p}. / Change my address to {p}.',
    'From now on send everything to {p}. / I live in {p} now, please note it.',
    '我搬到{p}了。 / 我的新地址在{p}。 / 把我的地址改成{p}。',
    '以后都寄到{p}。 / 我现在住{p}，请记下。',
  ),
  tool(
    'add_event calendar_add create_event new_appointment',
    'Puts an appointment into the calendar / New appointment',
    '在日历里加约会 / 新建日程',
    [
      ['n', 'with person name', value.person],
      ['d', 'date day', value.date],
    ],
    'I meet {n} on {d}, note it. / Calendar: {n} on {d}. / Put a meeting with {n} on {d} into the calendar.',
    '{d} is when I see {n}; keep it in my calendar. / Appointment with {n}, {d}.',
    '我{d}和{n}见面，记一下。 / 日历：{d}{n}。 / 把{d}和{n}的会面放进日历。',
    '{d}要见{n}，写进日程。 / 和{n}的约会，{d}。',
  ),
];
