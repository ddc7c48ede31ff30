// XML by htmlparser2: no document types, no entities but the five of XML and numbers, nothing from outside, limited depth.
import { Parser } from 'htmlparser2';
import { tooMuch } from './broken-file.ts';

const maxDepth = 256;

/** What happens while XML is read; names are without their prefix. */
export interface XmlEvents {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** An element with its children in order. */
export interface XmlElement {
  readonly name: string;
  /** With their prefix, as written. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (XmlElement | string)[];
}

/** Reads a text from its beginning to its end. */
export function readXml(text: string, events: XmlEvents): void {
  let depth = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (++depth > maxDepth) throw tooMuch(`more than ${maxDepth} elements within each other`);
        events.open?.(local(name), attributes);
      },
      ontext: part => events.text?.(part),
      onclosetag(name) {
        depth--;
        events.close?.(local(name));
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(text);
  parser.end();
}

/** The whole of a small part as a tree. */
export function xmlTree(text: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [] };
  const open = [root];
  readXml(text, {
    open(name, attributes) {
      const element: XmlElement = { name, attributes, children: [] };
      open.at(-1)!.children.push(element);
      open.push(element);
    },
    text: part => void open.at(-1)!.children.push(part),
    close: () => void (open.length > 1 && open.pop()),
  });
  return root;
}

/** The elements directly inside, all or those of a name. */
export const childrenOf = (element: XmlElement | undefined, name?: string): XmlElement[] =>
  (element?.children ?? []).filter(
    (one): one is XmlElement => typeof one !== 'string' && (name === undefined || one.name === name),
  );

/** The first element inside, at any depth, that has one of the names; in the order of the text. */
export function find(element: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  for (const child of childrenOf(element)) {
    const found = names.includes(child.name) ? child : find(child, ...names);
    if (found) return found;
  }
  return undefined;
}

/** All elements of a name inside, at any depth, in the order of the text. */
export const findAll = (element: XmlElement | undefined, name: string): XmlElement[] =>
  childrenOf(element).flatMap(child => [...(child.name === name ? [child] : []), ...findAll(child, name)]);

/** All text inside. */
export const textOf = (element: XmlElement | undefined): string =>
  (element?.children ?? []).map(one => (typeof one === 'string' ? one : textOf(one))).join('');

const local = (name: string): string => name.slice(name.indexOf(':') + 1);
