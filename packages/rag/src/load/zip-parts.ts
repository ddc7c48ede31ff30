// The parts of a zip file that are asked for, under limits that hold before anything is inflated.
import { invalidInput } from '@modeshift/core';
import { unzipSync } from 'fflate';
import { broken, tooMuch } from './broken-file.ts';
import { decodeText } from './decode-text.ts';

const maxParts = 20_000;
/** Bytes of all parts together, inflated. */
const maxBytes = 256e6;

/** A zip file that holds a document. */
export class ZipParts {
  readonly #parts: Readonly<Record<string, Uint8Array>>;

  private constructor(parts: Readonly<Record<string, Uint8Array>>) {
    this.#parts = parts;
  }

  /**
   * Inflates what has a wanted name. A part is never inflated beyond the size that the archive declares for it, and what is
   * declared is limited.
   */
  static read(bytes: Uint8Array, what: string, isWanted: (name: string) => boolean): ZipParts {
    if (bytes[0] === 0xd0 && bytes[1] === 0xcf && bytes[2] === 0x11 && bytes[3] === 0xe0)
      throw invalidInput(
        `The ${what} is protected by a password or of the old binary format. Save it anew without one.`,
      );
    let count = 0;
    let total = 0;
    const seen = new Set<string>();
    try {
      const parts = unzipSync(bytes, {
        filter: ({ name, originalSize }) => {
          if (++count > maxParts) throw tooMuch(`more than ${maxParts} parts`);
          if (seen.has(name) || !isWanted(name)) return false;
          seen.add(name);
          total += originalSize;
          if (total > maxBytes) throw tooMuch(`more than ${maxBytes / 1e6} MB when it is unpacked`);
          return true;
        },
      });
      return new ZipParts(parts);
    } catch (error) {
      throw broken(what, error);
    }
  }

  get names(): readonly string[] {
    return Object.keys(this.#parts);
  }

  /** The text of a part; `undefined` where there is none. */
  text(name: string): string | undefined {
    const bytes = Object.hasOwn(this.#parts, name) ? this.#parts[name] : undefined;
    return bytes && decodeText(bytes);
  }

  /** The text of a part that must be there. */
  need(name: string, what: string): string {
    const text = this.text(name);
    if (text === undefined) throw broken(what, new Error(`it has no part "${name}"`));
    return text;
  }
}

/** The name of a part that another part points at. */
export function resolvePart(from: string, target: string): string {
  const path = target.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const step of target.split('/')) {
    if (step === '..') path.pop();
    else if (step !== '' && step !== '.') path.push(step);
  }
  return path.join('/');
}
