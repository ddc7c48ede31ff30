// English names: common given names, and surnames, places and firms that are put together from parts.
import { isHeldOut, type World } from '../world.ts';
import * as nouns from './nouns-en.ts';
import { pieces } from './pieces.ts';

const split = (text: string): readonly string[] => text.trim().split(/\s+/);

export const givenNames = split(`
Ada Adam Agnes Alan Alice Amber Amir Amy Andrea Anna Anton Arthur Asha Astrid Ben Bella Boris Bruno Carla Carmen Cara Cedric Celia
Chloe Clara Colin Cora Daisy Dana Daniel Daria David Dora Edgar Edith Elena Elias Ella Elsa Emil Emma Eric Esther Ethan Eva Felix Fiona
Flora Frank Freya Gina Grace Greta Gustav Hanna Harold Hazel Hector Heidi Helen Henry Hugo Ida Igor Ines Iris Irma Isaac Ivan Ivy Jack
Jana Jason Jasper Jenny Joan Joel Jonas Joseph Judith Julia Karen Karl Kate Kevin Kim Klara Kurt Lara Laura Lea Leo Lena Liam Lily
Linda Lisa Lotte Louis Lucas Lucy Luna Mabel Marco Maria Marta Martin Mary Maya Mia Mila Miles Milo Mira Mona Moritz Nadia Nancy Nathan
Nell Nina Noah Nora Norman Olga Oliver Omar Oscar Otto Owen Pablo Paul Paula Pedro Peter Petra Philip Quinn Rachel Ralph Ravi Rita
Robert Robin Rosa Ruben Ruth Sam Sandra Sara Sean Selma Simon Sofia Stella Steven Susan Tara Theo Thomas Tilda Tim Tobias Toby Tom Uma
Ursula Vera Victor Viola Walter Wanda Wendy Willa Xavier Yara Yusuf Zara Zoe`);
const begin =
  split(`Ash Bar Beck Ber Black Blan Brad Bran Brook Bur Cal Car Chad Clay Cold Cran Dal Dar Den Dun East El Fair Fal Far Fen
Fox Gar Glen Gold Gran Green Hal Ham Har Hart Hazel Hol Horn Kel Ken Kings Lan Lark Lin Lock Long Mal Mar May Mel Mid Mill Mor Nor Oak
Old Pem Pen Pres Ral Red Ridge Ros Sand Shel Silver Stan Sten Stone Strat Sun Tal Thorn Til Wal War Wel West Whit Wil Win Wind Wood
York`);
const surnameEnd =
  split(`berg bert bridge burn croft dale den der dman ell er ert field ford gate gren ham hart ick ing land ley ling lock low man
mann more ner nett ning ridge sby sen ser son ster stone ton ward way well wick win wood worth`);
const placeEnd =
  split(`berry borough bourne bridge brook bury by cliff combe dale don field ford gate grove haven hill holm hurst lake land leigh mere
mont mouth port shaw side ston stead thorpe ton vale view ville wick worth`);
const firmKinds =
  split(`Foods Travel Books Systems Motors Garden Design Energy Studio Press Bank Clinic Hotels Logistics Media Tools Textiles Optics
Music Sports`);

const join = (world: World, ends: readonly string[]): string => world.pick(begin) + world.pick(ends);

const onsets = split('b bl br c ch cl d dr f fl g gr h j k l m n p pl qu r s sh st t th tr v w y z');
const vowels = split('a e i o u a e i o ai ea ee ou');
const codas = ['', '', '', ...split('b d g k l m n p r s t x nd rt st ll ck')];

/** Words whose beginnings and ends make up new ones. */
const known = [...nouns.allThings, ...nouns.hobbies, ...nouns.dishes, ...givenNames, ...firmKinds].filter(
  word => word.length > 2 && !isHeldOut(word),
);

/**
 * A word that means nothing, such as "drelomin": so that what was never seen is copied all the same. In training most of them are
 * pieces of words, such as "tur" and "tle": tokens that stand in no whole word that training knows, but in new ones.
 */
export const nonsense = (world: World): string =>
  world.own(() => {
    if (world.split === 'train' && world.chance(0.75)) {
      const [first, last] = [world.pick(known), world.pick(known)];
      const kind = world.random.uniform();
      if (kind < 0.4) return world.pick(pieces).toLowerCase() + world.pick(pieces);
      if (kind < 0.6) return first.slice(0, world.between(2, first.length - 1)) + world.pick(pieces);
      if (kind < 0.8) return world.pick(onsets) + last.toLowerCase().replace(/^[^aeiou]+|^./, '');
      return first.slice(0, world.between(2, first.length - 1)) + last.slice(-world.between(2, last.length - 1));
    }
    const syllables = Array.from(
      { length: world.between(2, 3) },
      () => world.pick(onsets) + world.pick(vowels) + world.pick(codas),
    );
    return syllables.join('');
  });

const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1);

/** A given name, common or made up. */
export const given = (world: World): string =>
  world.chance(world.split === 'train' ? 0.4 : 0.3) ? capital(nonsense(world)) : world.word(givenNames);
/** A family name such as Ashcroft. */
export const surname = (world: World): string => world.own(() => join(world, surnameEnd));
/** Given name and family name; the family name is never one of the other split's. */
export const person = (world: World): string => `${given(world)} ${surname(world)}`;
/** A town such as Fenbury. */
export const place = (world: World): string => world.own(() => join(world, placeEnd));
/** A firm such as Holdale Foods. */
export const firm = (world: World): string => `${surname(world)} ${world.pick(firmKinds)}`;

/** Every family name and town that there can be. */
export function allNames(): { readonly surnames: string[]; readonly places: string[] } {
  const every = (ends: readonly string[]): string[] => begin.flatMap(one => ends.map(end => one + end));
  return { surnames: every(surnameEnd), places: every(placeEnd) };
}
