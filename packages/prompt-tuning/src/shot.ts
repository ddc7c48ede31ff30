// An example as a prompt shows it.

/** A text with its right label. */
export interface Shot {
  readonly text: string;
  readonly label: string;
}
