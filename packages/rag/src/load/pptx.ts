// PowerPoint presentations as Markdown: a page for each slide, its title as heading, tables and charts as tables, notes and
// comments as quotes.
import type { SourceDocument } from '../chunk/document.ts';
import { broken } from './broken-file.ts';
import { markdownTable } from './markdown-table.ts';
import { mainPart, relationshipsOf } from './office-parts.ts';
import { PlacedText } from './placed-text.ts';
import { childrenOf, find, findAll, textOf, type XmlElement, xmlTree } from './xml.ts';
import { ZipParts } from './zip-parts.ts';

const what = 'PowerPoint presentation';

/** The document in a presentation (`.pptx`). Hidden slides and pictures are left out; a slide without a title is headed by its number. */
export function readPptx(id: string, bytes: Uint8Array): SourceDocument {
  const parts = ZipParts.read(bytes, what, name => /\.(?:xml|rels)$/i.test(name));
  const main = mainPart(parts, 'ppt/presentation.xml');
  const related = relationshipsOf(parts, main);
  const presentation = xmlTree(parts.need(main, what));
  const authors = new Map(
    related
      .filter(one => one.type === 'commentAuthors' || one.type === 'authors')
      .flatMap(one => childrenOf(childrenOf(xmlTree(parts.text(one.part) ?? ''))[0]))
      .map(one => [one.attributes.id ?? '', one.attributes.name ?? '']),
  );
  const text = new PlacedText();
  for (const [i, slide] of childrenOf(find(presentation, 'sldIdLst'), 'sldId').entries()) {
    text.page();
    const part = related.find(one => one.id === slide.attributes['r:id'])?.part;
    const xml = part === undefined ? undefined : parts.text(part);
    if (part === undefined || xml === undefined) throw broken(what, new Error(`its slide ${i + 1} is missing`));
    const tree = xmlTree(xml);
    if (['0', 'false'].includes(find(tree, 'sld')?.attributes.show ?? '')) continue;
    text.place(`slide ${i + 1}`);
    writeSlide(text, parts, part, tree, i + 1);
    for (const { type, part: other } of relationshipsOf(parts, part)) {
      if (type === 'notesSlide') writeNotes(text, xmlTree(parts.text(other) ?? ''));
      else if (type === 'comments') writeComments(text, xmlTree(parts.text(other) ?? ''), authors);
    }
  }
  return text.document(id);
}

function writeSlide(text: PlacedText, parts: ZipParts, part: string, tree: XmlElement, number: number): void {
  const shapes = shapesOf(find(tree, 'spTree'));
  const title = shapes.find(isTitle);
  const words = title ? oneLine(findAll(title, 'p').map(paragraphText).join(' ')) : '';
  text.block(`# ${words || number}`);
  for (const shape of shapes) {
    if (shape === title && words !== '') continue;
    if (shape.name === 'sp') writeParagraphs(text, shape);
    else {
      const table = find(shape, 'tbl');
      if (table) text.block(tableText(table));
      const chart = find(shape, 'chart')?.attributes['r:id'];
      const target = chart !== undefined && relationshipsOf(parts, part).find(one => one.id === chart);
      if (target) text.block(chartText(xmlTree(parts.text(target.part) ?? '')));
    }
  }
}

/** Shapes and frames in their order, those in groups too. Of alternatives the first is taken. */
function shapesOf(tree: XmlElement | undefined): XmlElement[] {
  return childrenOf(tree).flatMap(one => {
    if (one.name === 'sp' || one.name === 'graphicFrame') return [one];
    if (one.name === 'grpSp') return shapesOf(one);
    return one.name === 'AlternateContent' ? shapesOf(childrenOf(one)[0]) : [];
  });
}

const placeholder = (shape: XmlElement): XmlElement | undefined => find(find(shape, 'nvPr'), 'ph');
const isTitle = (shape: XmlElement): boolean =>
  ['title', 'ctrTitle'].includes(placeholder(shape)?.attributes.type ?? '');
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Text that a person sees; a break is a blank. */
const paragraphText = (paragraph: XmlElement): string =>
  oneLine(
    childrenOf(paragraph)
      .map(one => (one.name === 'br' ? ' ' : findAll(one, 't').map(textOf).join('')))
      .join(''),
  );

function writeParagraphs(text: PlacedText, shape: XmlElement): void {
  const { type } = placeholder(shape)?.attributes ?? {};
  if (['dt', 'ftr', 'sldNum'].includes(type ?? '')) return;
  const isBody = placeholder(shape) !== undefined && (type === undefined || type === 'body' || type === 'obj');
  let wasItem = false;
  for (const paragraph of childrenOf(find(shape, 'txBody'), 'p')) {
    const words = paragraphText(paragraph);
    if (words === '') continue;
    const look = childrenOf(paragraph, 'pPr')[0];
    const level = Number(look?.attributes.lvl ?? 0);
    const isItem = !find(look, 'buNone') && (isBody || level > 0 || find(look, 'buChar', 'buAutoNum') !== undefined);
    if (!(isItem && wasItem)) text.gap();
    text.line(isItem ? `${'    '.repeat(Math.min(level, 8))}- ${words}` : words);
    wasItem = isItem;
  }
  text.gap();
}

/** A table; a cell over several rows or columns stands in each of them. */
function tableText(table: XmlElement): string {
  const rows: string[][] = [];
  for (const row of childrenOf(table, 'tr')) {
    const cells: string[] = [];
    for (const cell of childrenOf(row, 'tc')) {
      const isOn = (name: string): boolean => ['1', 'true'].includes(cell.attributes[name] ?? '');
      const above = rows.at(-1)?.[cells.length] ?? '';
      if (isOn('vMerge')) cells.push(above);
      else if (isOn('hMerge')) cells.push(cells.at(-1) ?? '');
      else cells.push(findAll(cell, 'p').map(paragraphText).join(' '));
    }
    rows.push(cells);
  }
  return markdownTable(rows);
}

/** The numbers of a chart: a row for each category, a column for each series. */
function chartText(tree: XmlElement): string {
  const points = (element: XmlElement | undefined): string[] => {
    const values: string[] = [];
    for (const point of findAll(element, 'pt')) {
      const index = Number(point.attributes.idx);
      if (index >= 0 && index < 10_000) values[index] = textOf(find(point, 'v'));
    }
    return Array.from(values, value => value ?? '');
  };
  const series = findAll(tree, 'ser').map(one => ({
    name: points(find(one, 'tx'))[0] ?? '',
    categories: points(find(one, 'cat', 'xVal')),
    values: points(find(one, 'val', 'yVal')),
  }));
  const length = Math.max(0, ...series.map(one => one.values.length));
  const title = findAll(childrenOf(find(tree, 'chart'), 'title')[0], 'p')
    .map(paragraphText)
    .join(' ');
  const header = ['', ...series.map(one => one.name)];
  const rows = Array.from({ length }, (_, i) => [
    series[0]?.categories[i] ?? '',
    ...series.map(one => one.values[i] ?? ''),
  ]);
  return [title, length > 0 ? markdownTable([header, ...rows]) : ''].filter(Boolean).join('\n\n');
}

function writeNotes(text: PlacedText, tree: XmlElement): void {
  for (const shape of shapesOf(find(tree, 'spTree'))) {
    if (placeholder(shape)?.attributes.type !== 'body') continue;
    text.gap();
    for (const words of findAll(shape, 'p').map(paragraphText)) if (words !== '') text.line(`> ${words}`);
    text.gap();
  }
}

function writeComments(text: PlacedText, tree: XmlElement, authors: ReadonlyMap<string, string>): void {
  const write = (comment: XmlElement): void => {
    const words = oneLine(
      textOf(childrenOf(comment, 'text')[0]) || findAll(childrenOf(comment, 'txBody')[0], 't').map(textOf).join(''),
    );
    const author = authors.get(comment.attributes.authorId ?? '') ?? '';
    if (words !== '') text.line(`> ${author === '' ? '' : `${author}: `}${words}`);
    for (const reply of childrenOf(childrenOf(comment, 'replyLst')[0])) write(reply);
  };
  text.gap();
  for (const comment of findAll(tree, 'cm')) write(comment);
  text.gap();
}
