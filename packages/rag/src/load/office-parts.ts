// What parts of an Office file point at: relationships of the Open Packaging Conventions (ECMA-376, part 2).
import { childrenOf, xmlTree } from './xml.ts';
import { resolvePart, type ZipParts } from './zip-parts.ts';

/** A relationship; `part` is the name of the part that it points at. */
export interface Relationship {
  readonly id: string;
  /** The last word of its type, e.g. `worksheet`. */
  readonly type: string;
  readonly part: string;
}

/** The relationships of a part to other parts of the file; those that point outside are left out. */
export function relationshipsOf(parts: ZipParts, part: string): readonly Relationship[] {
  const slash = part.lastIndexOf('/') + 1;
  const text = parts.text(`${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`);
  if (text === undefined) return [];
  return childrenOf(childrenOf(xmlTree(text))[0], 'Relationship')
    .map(one => one.attributes)
    .filter(one => one.TargetMode !== 'External' && one.Id !== undefined && one.Target !== undefined)
    .map(one => ({
      id: one.Id!,
      type: (one.Type ?? '').split('/').at(-1)!,
      part: resolvePart(part, one.Target!),
    }));
}

/** The part with which an Office file begins. */
export const mainPart = (parts: ZipParts, otherwise: string): string =>
  relationshipsOf(parts, '').find(one => one.type === 'officeDocument')?.part ?? otherwise;
