/** A passage on the wire. */
export interface WireCitation {
  readonly number: number;
  readonly title: string;
  readonly text: string;
  readonly quote?: string;
  readonly url?: string;
}
