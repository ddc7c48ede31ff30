// Labelled texts, indexed so that the nearest ones can be found.
import { Bm25 } from './bm25.ts';
import { labelInformation } from './label-information.ts';
import type { Neighbour } from './neighbour-vote.ts';

/** How texts are compared. */
export interface IndexSettings {
  /** What a term counts: by what it says about the label, or by its rarity alone. */
  readonly weighting: 'label-information' | 'idf';
  readonly k1: number;
  readonly b: number;
}

/** A text as terms, with its label. */
export interface LabelledTerms {
  readonly terms: readonly string[];
  readonly label: string;
}

/** An entry found, with its place in the list that was indexed. */
export interface FoundExample extends Neighbour {
  readonly place: number;
}

/** A search over labelled texts. */
export type ExampleSearch = (terms: readonly string[], limit: number) => FoundExample[];

/** Indexes labelled texts. */
export function indexExamples(entries: readonly LabelledTerms[], settings: IndexSettings): ExampleSearch {
  const { k1, b } = settings;
  const weights =
    settings.weighting === 'label-information'
      ? labelInformation(
          entries.map(entry => entry.terms),
          entries.map(entry => entry.label),
        )
      : undefined;
  const index = new Bm25({ k1, b, ...(weights && { weights: (term: string) => weights.get(term) ?? 0 }) });
  for (const entry of entries) index.add(entry.terms);
  return (terms, limit) =>
    index.search(terms, limit).map(({ document, score }) => ({
      place: document,
      label: entries[document]!.label,
      score,
    }));
}

/** The words of a label's name: `cardArrival`, `card_arrival` and `card-arrival` read `card Arrival` or `card arrival`. */
export function labelAsText(label: string): string {
  return label.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').replace(/[_\-/.]+/g, ' ');
}
