// The decimal texts of the numbers that a schema allows: bounds and multiples, digit by digit.
import { type Automaton, explore } from './automaton.ts';
import type { CodePointSet } from './code-point-set.ts';
import { regexAutomaton } from './regex-automaton.ts';

/** What a schema asks of a number. */
export interface NumberLimits {
  readonly integer: boolean;
  readonly minimum?: { readonly value: number; readonly exclusive: boolean } | undefined;
  readonly maximum?: { readonly value: number; readonly exclusive: boolean } | undefined;
  readonly multiplesOf: readonly number[];
}

interface Decimal {
  readonly whole: string;
  /** Without trailing zeros. */
  readonly fraction: string;
}

/** Digits before the point of a number without bounds: fewer than a double can tell apart. */
const wholeDigits = 15;
const fractionDigits = 20;
const anyInteger = '0|-?[1-9]\\d{0,14}';
// Exponents that cannot leave the range of a double.
const anyNumber = '-?(?:0|[1-9]\\d{0,14})(?:\\.\\d{1,20})?(?:[eE](?:\\+?(?:\\d{1,2}|1\\d\\d|2[0-8]\\d)|-\\d{1,3}))?';

const alphabet: readonly CodePointSet[] = [
  ...Array.from({ length: 10 }, (_, digit) => [0x30 + digit, 0x30 + digit]),
  [0x2d, 0x2d],
  [0x2e, 0x2e],
];
const minus = 10;
const point = 11;

/** The magnitude of a number, written out in full. */
function decimalOf(value: number): Decimal {
  const [digits, exponent = '0'] = Math.abs(value).toString().split('e');
  const [whole, fraction = ''] = digits!.split('.') as [string, string?];
  const shift = Number(exponent);
  const all = whole + fraction;
  const at = whole.length + shift;
  const padded = at <= 0 ? '0'.repeat(1 - at) + all : all.padEnd(at, '0');
  const cut = Math.max(at, 1);
  return {
    whole: padded.slice(0, cut).replace(/^0+(?=\d)/, ''),
    fraction: padded.slice(cut).replace(/0+$/, ''),
  };
}

/** The next double above (1) or below (-1). A text beyond a bound that is excluded must not round onto it. */
function neighbour(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * Number.MIN_VALUE;
  const bits = new BigInt64Array(1);
  const double = new Float64Array(bits.buffer);
  double[0] = value;
  bits[0]! += value > 0 === direction > 0 ? 1n : -1n;
  return double[0];
}

interface State {
  readonly phase: 'start' | 'minus' | 'zero' | 'whole' | 'point' | 'fraction';
  readonly negative: boolean;
  /** Digits written in the current part. */
  readonly count: number;
  /** How what is written compares with the two bounds of this sign: -1, 0, 1. */
  readonly least: number;
  readonly most: number;
  readonly remainders: readonly number[];
}

/** The texts of a number. Bounded numbers and multiples are written without exponent. */
export function numberAutomaton(limits: NumberLimits): Automaton {
  const { integer, minimum, maximum, multiplesOf } = limits;
  if (!minimum && !maximum && multiplesOf.length === 0) return regexAutomaton(integer ? anyInteger : anyNumber, true);

  const least = minimum && (minimum.exclusive ? neighbour(minimum.value, 1) : minimum.value);
  const most = maximum && (maximum.exclusive ? neighbour(maximum.value, -1) : maximum.value);
  const bounds = [least, most].flatMap(bound => (bound === undefined ? [] : [decimalOf(bound)]));
  const mostWhole = Math.max(wholeDigits, ...bounds.map(bound => bound.whole.length));
  const scales = multiplesOf.map(multiple => decimalOf(multiple).fraction.length);
  const mostFraction = integer ? 0 : Math.min(fractionDigits, ...scales);
  const divisors = multiplesOf.map((multiple, i) => Math.round(multiple * 10 ** scales[i]!));

  /** The bounds on the magnitude of a number of this sign; undefined: no such number. */
  const boundsOf = (negative: boolean): { least?: Decimal | undefined; most?: Decimal | undefined } | undefined => {
    const [near, far, sign] = negative ? [most, least, -1] : [least, most, 1];
    const floor = near !== undefined && near * sign >= 0 ? decimalOf(near) : undefined;
    if (far === undefined) return { least: floor };
    return far * sign < 0 ? undefined : { least: floor, most: decimalOf(far) };
  };
  const bySign = { false: boundsOf(false), true: boundsOf(true) };

  const compareDigit = (sofar: number, digit: number, other: string | undefined): number =>
    sofar !== 0 || other === undefined ? sofar : Math.sign(digit - Number(other));
  const afterWhole = (sofar: number, count: number, bound: Decimal | undefined): number =>
    !bound ? 0 : count === bound.whole.length ? sofar : Math.sign(count - bound.whole.length);
  const atEnd = (state: State, sofar: number, bound: Decimal): number => {
    const fraction = state.phase === 'fraction';
    const compared = fraction ? sofar : afterWhole(sofar, state.count, bound);
    return compared !== 0 || (fraction ? state.count : 0) >= bound.fraction.length ? compared : -1;
  };
  const advance = (state: State, digit: number, phase: State['phase']): State => {
    const { least, most } = bySign[`${state.negative}`]!;
    const fresh = phase !== state.phase;
    const at = fresh ? 0 : state.count;
    const part = phase === 'fraction' ? 'fraction' : 'whole';
    const digitOf = (bound: Decimal | undefined): string | undefined =>
      bound && (part === 'fraction' ? (bound.fraction[at] ?? '0') : bound.whole[at]);
    return {
      ...state,
      phase,
      count: at + 1,
      least: least ? compareDigit(state.least, digit, digitOf(least)) : 0,
      most: most ? compareDigit(state.most, digit, digitOf(most)) : 0,
      remainders: state.remainders.map((rest, i) => (rest * 10 + digit) % divisors[i]!),
    };
  };

  return explore<State>(
    alphabet,
    { phase: 'start', negative: false, count: 0, least: 0, most: 0, remainders: divisors.map(() => 0) },
    s => `${s.phase},${bounds.length > 0 && s.negative},${s.count},${s.least},${s.most},${s.remainders.join()}`,
    (state, symbol) => {
      if (symbol === minus)
        return state.phase === 'start' && bySign.true ? { ...state, phase: 'minus', negative: true } : undefined;
      if (!bySign[`${state.negative}`]) return undefined;
      const { least, most } = bySign[`${state.negative}`]!;
      if (symbol === point) {
        if (mostFraction === 0 || (state.phase !== 'zero' && state.phase !== 'whole')) return undefined;
        return {
          ...state,
          phase: 'point',
          least: afterWhole(state.least, state.count, least),
          most: afterWhole(state.most, state.count, most),
          count: 0,
        };
      }
      switch (state.phase) {
        case 'start':
        case 'minus':
          if (symbol === 0 && state.negative && integer) return undefined;
          return advance(state, symbol, symbol === 0 ? 'zero' : 'whole');
        case 'zero':
          return undefined;
        case 'whole':
          return state.count < mostWhole ? advance(state, symbol, 'whole') : undefined;
        case 'point':
          return advance(state, symbol, 'fraction');
        case 'fraction':
          return state.count < mostFraction ? advance(state, symbol, 'fraction') : undefined;
      }
    },
    state => {
      if (state.phase !== 'zero' && state.phase !== 'whole' && state.phase !== 'fraction') return false;
      const { least, most } = bySign[`${state.negative}`]!;
      const low = least ? atEnd(state, state.least, least) : 1;
      const high = most ? atEnd(state, state.most, most) : -1;
      const written = state.phase === 'fraction' ? state.count : 0;
      return (
        low >= 0 &&
        high <= 0 &&
        state.remainders.every((rest, i) => (rest * 10 ** (scales[i]! - written)) % divisors[i]! === 0)
      );
    },
  );
}
