// Chinese names: people, places and firms, put together from characters.
import type { World } from '../world.ts';
import { categories } from './nouns-zh.ts';
import { everyday } from './sentences.ts';

const surnames = [
  ...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文',
];
const givenChars = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅春雪晨佳嘉子轩浩宇欣怡梓涵雨桐思远志鹏文博俊峰建国晓东海燕天翔慧颖诗琪瑞安宁乐彤一凡星辰若兮可心语嫣书瑶婷云飞毅恒诚信达康泰清源立新永福庆祥',
];
const placeChars = [
  ...'青白石南北东西清长平安金银龙凤云山水江河湖海林竹松梅兰桃柳花谷泉溪沙桥港关岭原丰宁永新古望临通富乐和明阳月星朝',
];
const placeEnds = ['市', '镇', '县', '村', '区', '城'];
const firmKinds = [
  '食品',
  '科技',
  '旅行社',
  '书店',
  '汽车',
  '花园',
  '设计',
  '能源',
  '出版社',
  '银行',
  '诊所',
  '酒店',
  '物流',
  '传媒',
  '工具',
  '纺织',
  '乐器',
  '体育',
];
const firmChars = [...'华盛德利丰盈信诚宏达瑞祥泰和嘉美天元博创联合新光东方中兴正大永昌万通百川'];
const common = new Set([...surnames, ...givenChars, ...placeChars, ...firmChars]);
/** Characters that stand in no name: half of what nonsense is made of, so that each is met often. */
const others = [...new Set(Object.values(categories).flat().join('') + everyday.zh.join(''))].filter(
  one => /\p{Script=Han}/u.test(one) && !common.has(one),
);

/** A full name such as 林晓燕. */
export const person = (world: World): string =>
  world.own(() => world.pick(surnames) + world.pick(givenChars) + (world.chance(0.7) ? world.pick(givenChars) : ''));
/** Any character: the rare ones are written in bytes, and a byte that was never met cannot be copied. */
const anyCharacter = (world: World): string => String.fromCodePoint(world.between(0x4e00, 0x9fa5));
/** A word that means nothing: so that what was never seen is copied all the same. In training some of its characters are rare ones. */
export const nonsense = (world: World): string =>
  world.own(() => {
    const rare = world.split === 'train' && world.chance(0.15);
    return Array.from({ length: world.between(2, 3) }, () =>
      rare && world.chance(0.5) ? anyCharacter(world) : world.pick(world.chance(0.7) ? others : givenChars),
    ).join('');
  });
/** A town such as 青溪镇. */
export const place = (world: World): string =>
  world.own(() => world.pick(placeChars) + world.pick(placeChars) + world.pick(placeEnds));
/** A firm such as 宏达食品. */
export const firm = (world: World): string =>
  world.own(() => world.pick(firmChars) + world.pick(firmChars) + world.pick(firmKinds));

/** Every town and firm that there can be, and every name of three characters with the first surname. */
export function allNames(): { readonly places: string[]; readonly firms: string[]; readonly people: string[] } {
  const two = (chars: readonly string[], ends: readonly string[]): string[] =>
    chars.flatMap(a => chars.flatMap(b => ends.map(end => a + b + end)));
  return {
    places: two(placeChars, placeEnds),
    firms: two(firmChars, firmKinds),
    people: surnames.flatMap(surname => givenChars.flatMap(a => givenChars.map(b => surname + a + b))),
  };
}
