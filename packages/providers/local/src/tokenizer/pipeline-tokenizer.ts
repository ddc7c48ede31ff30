// A tokenizer as a pipeline: added tokens, normaliser, pre-tokenizer, model, special tokens; and back.

import type { SpecialTokenTemplate, TemplatePlace } from './add-special-tokens.ts';
import { AddedTokenFinder, isControlToken } from './added-tokens.ts';
import type { TokenDecoder } from './decode-tokens.ts';
import type { Normalizer } from './normalize.ts';
import type { PreTokenizer } from './pre-tokenize.ts';
import type { TokenModel, Vocabulary } from './token-model.ts';
import { Utf8TokenStream } from './token-stream.ts';
import type { DecodeOptions, EncodeOptions, SpecialTokens, TextSegment, Tokenizer, TokenStream } from './tokenizer.ts';
import type { AddedTokenEntry } from './tokenizer-json.ts';

/** What a pipeline is made of. */
export interface TokenizerStages {
  /** With the added tokens. */
  readonly vocabulary: Vocabulary;
  readonly added: readonly AddedTokenEntry[];
  readonly normalize: Normalizer;
  readonly preTokenize: PreTokenizer;
  readonly model: TokenModel;
  readonly template: SpecialTokenTemplate;
  readonly decoder: TokenDecoder;
  readonly specialTokens: SpecialTokens;
}

/** A stretch of text, or an added token that stands in it. */
type Stretch =
  | { readonly start: number; readonly end: number; readonly id?: undefined }
  | { readonly start: number; readonly end: number; readonly id: number };

/** A tokenizer made of stages. */
export class PipelineTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly specialTokens: SpecialTokens;
  readonly controlTokens: readonly number[];
  readonly #stages: TokenizerStages;
  readonly #special: ReadonlySet<number>;
  /** Tokens that are sought in the text as it is, and all tokens when only some places may hold control tokens. */
  readonly #raw: AddedTokenFinder;
  readonly #guarded: AddedTokenFinder;
  /** Tokens that are sought in the normalised text: all, and those that are no control tokens. */
  readonly #normalized: AddedTokenFinder;
  readonly #normalizedText: AddedTokenFinder;
  readonly #middles: (Uint8Array | undefined)[] = [];

  constructor(stages: TokenizerStages) {
    this.#stages = stages;
    this.vocabularySize = stages.vocabulary.tokens.length;
    this.specialTokens = stages.specialTokens;
    this.controlTokens = stages.added.filter(isControlToken).map(token => token.id);
    this.#special = new Set(stages.added.filter(token => token.special).map(token => token.id));
    const normalized = stages.added.filter(token => token.normalized);
    this.#raw = new AddedTokenFinder(stages.added.filter(token => !token.normalized));
    this.#guarded = new AddedTokenFinder(stages.added.filter(token => !token.normalized || isControlToken(token)));
    this.#normalized = new AddedTokenFinder(normalized, stages.normalize);
    this.#normalizedText = new AddedTokenFinder(
      normalized.filter(token => !isControlToken(token)),
      stages.normalize,
    );
  }

  encode(text: string, { addSpecialTokens = false, parseSpecial = true }: EncodeOptions = {}): number[] {
    return this.encodeSegments([{ text, parseSpecial }], { addSpecialTokens }).ids;
  }

  encodeSegments(
    segments: readonly TextSegment[],
    options: { readonly addSpecialTokens?: boolean } = {},
  ): { ids: number[]; starts: number[] } {
    const borders: number[] = [];
    let text = '';
    for (const segment of segments) {
      borders.push(text.length);
      text += segment.text;
    }
    const guards = borders.filter((_, i) => segments[i]!.guarded);
    const guarded = guards.length > 0 || segments.some(segment => !segment.parseSpecial && segment.text !== '');
    const whole = text.toWellFormed();
    const body: number[] = [];
    const forced = borders.filter((_, i) => i > 0 && segments[i]!.startsToken);
    /** Place in the text → number of tokens before it, where that is certain. */
    const certain = new Map<number, number>();
    for (const stretch of this.#stretches(whole, segments, borders, { forced, guards }, guarded)) {
      certain.set(stretch.start, body.length);
      if (stretch.id !== undefined) body.push(stretch.id);
      else this.#encodeStretch(whole, stretch, forced, guarded, body, certain);
      certain.set(stretch.end, body.length);
    }
    const { ids, before } = options.addSpecialTokens
      ? this.#placed(this.#stages.template.single, body, [])
      : { ids: body, before: 0 };
    const starts = borders.map((border, i) =>
      i === 0 ? 0 : border === whole.length ? (certain.get(border) ?? body.length) : (certain.get(border) ?? -1),
    );
    return { ids, starts: starts.map((start, i) => (start < 0 || i === 0 ? start : start + before)) };
  }

  encodeContinuation(
    prompt: string,
    continuation: string,
    options: EncodeOptions = {},
  ): { prompt: number[]; continuation: number[] } {
    const whole = this.encode(prompt + continuation, options);
    const alone = this.encode(prompt, options);
    let shared = 0;
    while (shared < alone.length && alone[shared] === whole[shared]) shared++;
    return { prompt: whole.slice(0, shared), continuation: whole.slice(shared) };
  }

  encodePair(
    a: string,
    b?: string,
    options: Pick<EncodeOptions, 'parseSpecial'> = {},
  ): { ids: number[]; typeIds: number[] } {
    const { single, pair } = this.#stages.template;
    const encode = (text: string): number[] => this.encode(text, options);
    const { ids, typeIds } =
      b === undefined ? this.#placed(single, encode(a), []) : this.#placed(pair, encode(a), encode(b));
    return { ids, typeIds };
  }

  decode(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
    const stream = this.stream(options);
    let text = '';
    for (let i = 0; i < ids.length; i++) text += stream.push(ids[i]!);
    return text + stream.end();
  }

  stream({ skipSpecialTokens = false, continues = false }: DecodeOptions = {}): TokenStream {
    return new Utf8TokenStream({
      strip: continues ? { content: '', count: 0 } : this.#stages.decoder.strip,
      bytesOf: (id, first) => {
        if (skipSpecialTokens && this.#special.has(id)) return undefined;
        return first && !continues ? this.#write(id, true) : this.#middle(id);
      },
    });
  }

  bytes(id: number): Uint8Array | undefined {
    return this.#special.has(id) ? undefined : this.#middle(id);
  }

  idOf(token: string): number | undefined {
    return this.#stages.vocabulary.ids.get(token);
  }

  tokenOf(id: number): string | undefined {
    return this.#stages.vocabulary.tokens[id];
  }

  isSpecial(id: number): boolean {
    return this.#special.has(id);
  }

  #middle(id: number): Uint8Array | undefined {
    this.#middles[id] ??= this.#write(id, false);
    return this.#middles[id];
  }

  #write(id: number, first: boolean): Uint8Array | undefined {
    const token = this.tokenOf(id);
    return token === undefined ? undefined : this.#stages.decoder.bytes(token, first);
  }

  /** Added tokens that are sought in the text as it is, and what lies between them. */
  #stretches(
    text: string,
    segments: readonly TextSegment[],
    borders: readonly number[],
    { forced, guards }: { readonly forced: readonly number[]; readonly guards: readonly number[] },
    guarded: boolean,
  ): Stretch[] {
    const finder = guarded ? this.#guarded : this.#raw;
    let segment = 0;
    const crossesForced = crossing(forced);
    const crossesGuard = crossing(guards);
    const matches = finder.find(text, (token, start, end) => {
      if (crossesForced(start, end)) return false;
      if (!guarded || !isControlToken(token)) return true;
      if (crossesGuard(start, end)) return false;
      while (segment + 1 < segments.length && borders[segment + 1]! <= start) segment++;
      for (let i = segment; i < segments.length && borders[i]! < end; i++) {
        if (!segments[i]!.parseSpecial && segments[i]!.text !== '') return false;
      }
      return true;
    });
    const stretches: Stretch[] = [];
    let end = 0;
    for (const match of matches) {
      if (match.start > end) stretches.push({ start: end, end: match.start });
      stretches.push(match);
      end = match.end;
    }
    if (end < text.length) stretches.push({ start: end, end: text.length });
    return stretches;
  }

  #encodeStretch(
    whole: string,
    { start, end }: Stretch,
    borders: readonly number[],
    guarded: boolean,
    ids: number[],
    certain: Map<number, number>,
  ): void {
    const { normalize } = this.#stages;
    const text = normalize(whole.slice(start, end));
    // Where a border lies in the normalised text: behind what the text before it becomes, if that is a beginning of it.
    const cuts: { readonly at: number; readonly place: number }[] = [];
    for (const place of borders) {
      if (place <= start || place >= end) continue;
      const before = normalize(whole.slice(start, place));
      if (!text.startsWith(before)) {
        // The two sides change each other (a letter and its accent): each becomes a text of its own.
        this.#encodeStretch(whole, { start, end: place }, borders, guarded, ids, certain);
        certain.set(place, ids.length);
        this.#encodeStretch(whole, { start: place, end }, borders, guarded, ids, certain);
        return;
      }
      cuts.push({ at: before.length, place });
    }
    let from = 0;
    const matches = (guarded ? this.#normalizedText : this.#normalized).find(text);
    for (const match of [...matches, { start: text.length, end: text.length, id: -1 }]) {
      for (const cut of cuts) if (cut.at >= from && cut.at <= match.start) certain.set(cut.place, ids.length);
      if (match.start > from) {
        const inside = cuts.filter(cut => cut.at > from && cut.at <= match.start);
        this.#encodeWords(text.slice(from, match.start), start === 0 && from === 0, from, inside, ids, certain);
      }
      if (match.id !== -1) ids.push(match.id);
      from = match.end;
    }
  }

  #encodeWords(
    text: string,
    first: boolean,
    offset: number,
    cuts: readonly { readonly at: number; readonly place: number }[],
    ids: number[],
    certain: Map<number, number>,
  ): void {
    const { preTokenize, model } = this.#stages;
    let words = preTokenize(text, first);
    for (const { at, place } of cuts) {
      const before = preTokenize(text.slice(0, at - offset), first).join('').length;
      words = cutWords(words, before);
      const marks: number[] = [];
      let length = 0;
      for (const word of words) {
        if (length >= before) break;
        model.tokenize(word, marks);
        length += word.length;
      }
      certain.set(place, ids.length + marks.length);
    }
    for (const word of words) model.tokenize(word, ids);
  }

  #placed(
    places: readonly TemplatePlace[],
    a: readonly number[],
    b: readonly number[],
  ): { ids: number[]; typeIds: number[]; before: number } {
    const ids: number[] = [];
    const typeIds: number[] = [];
    let before = 0;
    for (const place of places) {
      const added = 'ids' in place ? place.ids : place.text === 'a' ? a : b;
      if ('text' in place && place.text === 'a') before = ids.length;
      for (const id of added) {
        ids.push(id);
        typeIds.push(place.typeId);
      }
    }
    return { ids, typeIds, before };
  }
}

/** Whether a place lies within a stretch; asked for rising stretches. */
function crossing(places: readonly number[]): (start: number, end: number) => boolean {
  let next = 0;
  return (start, end) => {
    while (next < places.length && places[next]! <= start) next++;
    return next < places.length && places[next]! < end;
  };
}

/** Words with a border at a length of all that stands before it. */
function cutWords(words: readonly string[], border: number): string[] {
  const cut: string[] = [];
  let length = 0;
  for (const word of words) {
    const inside = border - length;
    if (inside > 0 && inside < word.length) cut.push(word.slice(0, inside), word.slice(inside));
    else cut.push(word);
    length += word.length;
  }
  return cut;
}
