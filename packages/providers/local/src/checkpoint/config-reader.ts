// Reads fields of a checkpoint's config.json with their types checked.
import { ModeshiftError } from '@modeshift/core';

/** Sizes above it are damage, and would take the memory that they ask for before anything else shows it. */
const most = 2 ** 24;

/** A parsed `config.json`, read field by field; wrong types are `invalid-input` errors that name the field. */
export class ConfigReader {
  readonly json: Readonly<Record<string, unknown>>;
  readonly #place: string;

  constructor(json: unknown, place: string) {
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      throw new ModeshiftError({ tag: 'invalid-input' }, `${place} is no JSON object. Get the checkpoint again.`);
    this.json = json as Record<string, unknown>;
    this.#place = place;
  }

  /** A size: a whole number above 0, and no more than any model has; without a fallback it must be there. */
  count(field: string, fallback?: number): number {
    const value = this.json[field] ?? fallback;
    if (!Number.isSafeInteger(value) || (value as number) <= 0 || (value as number) > most)
      throw this.wrong(field, `a whole number from 1 to ${most}`);
    return value as number;
  }

  /** A finite number. */
  number(field: string, fallback: number): number {
    const value = this.json[field] ?? fallback;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.wrong(field, 'a number');
    return value;
  }

  /** A finite number above 0. */
  positive(field: string, fallback: number): number {
    const value = this.number(field, fallback);
    if (value <= 0) throw this.wrong(field, 'a number above 0');
    return value;
  }

  /** A share that is left out, in [0, 1). */
  share(field: string, fallback: number): number {
    const value = this.number(field, fallback);
    if (!(value >= 0 && value < 1)) throw this.wrong(field, 'at least 0 and below 1');
    return value;
  }

  flag(field: string, fallback: boolean): boolean {
    const value = this.json[field] ?? fallback;
    if (typeof value !== 'boolean') throw this.wrong(field, 'true or false');
    return value;
  }

  text(field: string, fallback?: string): string {
    const value = this.json[field] ?? fallback;
    if (typeof value !== 'string') throw this.wrong(field, 'a text');
    return value;
  }

  /** A nested object, or `undefined`. */
  object(field: string): ConfigReader | undefined {
    const value = this.json[field];
    return value === undefined || value === null ? undefined : new ConfigReader(value, `${this.#place}, ${field}`);
  }

  /** The error of a field. */
  wrong(field: string, wanted: string): ModeshiftError {
    const value = JSON.stringify(this.json[field])?.slice(0, 60) ?? 'nothing';
    return new ModeshiftError(
      { tag: 'invalid-input' },
      `${this.#place}: "${field}" must be ${wanted}, and it is ${value}.`,
    );
  }

  /** The error of something that is asked for and not built. */
  unsupported(feature: string): ModeshiftError {
    return new ModeshiftError(
      { tag: 'unsupported', feature },
      `${this.#place} asks for ${feature}, which is not supported.`,
    );
  }
}
