// What a loader gives: the text of a source, its structure, and where everything stands.

/** A piece of a text: `[start, end)` in UTF-16 units, as `String.prototype.slice` counts. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A part of a document's structure. Blocks are in order and do not overlap. */
export interface Block extends Span {
  readonly kind: 'heading' | 'paragraph' | 'list' | 'quote' | 'table' | 'code';
  /** Of a heading: 1 is the outermost. */
  readonly level?: number;
  /** Of a heading: its words without marks. */
  readonly title?: string;
  /** Of a table: its first rows, which every part of it needs to be understood. */
  readonly header?: Span;
}

/** A value of metadata. Days and times are ISO strings, which compare as they should. */
export type MetadataValue = string | number | boolean | readonly string[];

/** What is known of a document beside its text, by name. */
export type Metadata = Readonly<Record<string, MetadataValue>>;

/** Where a part of a text stands in its source, up to the next place. */
export interface Place {
  /** Where the part begins, in UTF-16 units of the text. */
  readonly start: number;
  /** As the source names it: `Sheet1!A2`, `chapter-1.xhtml`, `$.items[3]`, `00:01:05.000`. */
  readonly name: string;
}

/** A source as text. All offsets of blocks, pages, chunks and citations count in `text`. */
export interface SourceDocument {
  /** Its name in a collection, e.g. a path or a URL. The same id replaces what was there. */
  readonly id: string;
  /** The text, tables as Markdown. */
  readonly text: string;
  /** The structure of `text`. Left out: paragraphs between blank lines. */
  readonly blocks?: readonly Block[];
  /** Where each page begins, the first at 0. */
  readonly pages?: readonly number[];
  /** Where parts of the text stand in the source, in order: rows of a sheet, chapters, values of JSON. */
  readonly places?: readonly Place[];
  readonly title?: string;
  /** Where a person can open it. */
  readonly uri?: string;
  readonly metadata?: Metadata;
  /** Whose it is. Left out: the empty tenant, see `Access`. */
  readonly tenant?: string;
  /** Who may see it within its tenant: any principal with one of these labels. Left out or empty: everybody of the tenant. */
  readonly access?: readonly string[];
}
