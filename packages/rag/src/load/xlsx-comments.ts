// Comments on the cells of a sheet: threads where a workbook has them, else notes.
import { relationshipsOf } from './office-parts.ts';
import { childrenOf, find, findAll, textOf, xmlTree } from './xml.ts';
import type { ZipParts } from './zip-parts.ts';

export interface SheetComment {
  readonly cell: string;
  readonly author: string;
  readonly text: string;
}

export function sheetComments(
  parts: ZipParts,
  sheet: string,
  people: ReadonlyMap<string, string>,
): readonly SheetComment[] {
  const related = relationshipsOf(parts, sheet);
  const treeOf = (type: string) => xmlTree(parts.text(related.find(one => one.type === type)?.part ?? '') ?? '');
  const threads = findAll(treeOf('threadedComment'), 'threadedComment').map(one => ({
    cell: one.attributes.ref ?? '',
    author: people.get(one.attributes.personId ?? '') ?? '',
    text: oneLine(textOf(find(one, 'text'))),
  }));
  const inThreads = new Set(threads.map(one => one.cell));
  const tree = treeOf('comments');
  const authors = childrenOf(find(tree, 'authors'), 'author').map(textOf);
  const notes = findAll(tree, 'comment')
    .map(one => ({
      cell: one.attributes.ref ?? '',
      author: authors[Number(one.attributes.authorId)] ?? '',
      text: oneLine(findAll(one, 't').map(textOf).join('')),
    }))
    .filter(one => !inThreads.has(one.cell));
  return [...notes, ...threads].filter(one => one.text !== '');
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
