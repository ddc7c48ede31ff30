// The main content of an HTML page as Markdown, in one pass over its tags.
import { Parser } from 'htmlparser2';
import { tooMuch } from './broken-file.ts';
import { markdownTable } from './markdown-table.ts';

/** Elements whose content no reader sees, or that are not the page's own content. */
const hidden = new Set(['script', 'style', 'template', 'noscript', 'svg', 'head', 'select', 'iframe', 'object']);
/** Pages forget to close elements, but not this often; the parser's time grows with the square of the depth. */
const maxDepth = 10_000;
const around = new Set(['nav', 'footer', 'aside']);
const aroundRoles = new Set(['navigation', 'banner', 'contentinfo', 'complementary', 'search']);
/** What pages without such elements call them, as a class or an id. */
const aroundNames =
  /(?:^|\s)(?:(?:site-|page-|main-|global-)?(?:nav|navbar|navigation|menu|sidebar|footer|header)|breadcrumbs?|cookie-(?:banner|consent|notice)|skip-link|advert(?:isement)?|social-share|share-buttons)(?:\s|$)/i;
const blocks = new Set(
  'address article aside blockquote body dd details dialog div dl dt fieldset figcaption figure footer form header hr html legend main nav ol p section summary table ul'.split(
    ' ',
  ),
);

interface Table {
  readonly rows: string[][];
  /** The text that stood before, which goes on after the table. */
  readonly outer: Writer;
}

/** Text under construction: blocks apart, inline text together. */
class Writer {
  readonly blocks: string[] = [];
  inline = '';

  flush(prefix = ''): void {
    const text = this.inline.replaceAll(/[ \t\n\r\f]+/g, ' ').trim();
    this.inline = '';
    if (text !== '') this.blocks.push(prefix + text.replaceAll('\ue000', '\n').replaceAll(/ *\n */g, '\n'));
  }
}

interface HtmlText {
  readonly text: string;
  readonly title: string | undefined;
}

/** How a page is read. */
export interface HtmlOptions {
  /** Everything is content, as in the chapters of a book. */
  readonly wholePage?: boolean;
  /** Elements may close themselves. */
  readonly xhtml?: boolean;
}

/**
 * Markdown and the title of an HTML page: of its main content, or of everything where that leaves nothing.
 *
 * @throws ModeshiftError `invalid-input` for a page with more than 10,000 elements within each other.
 */
export function htmlToMarkdown(html: string, options: HtmlOptions = {}): HtmlText {
  const page = readPage(html, options);
  return page.text === '' && !options.wholePage ? readPage(html, { ...options, wholePage: true }) : page;
}

function readPage(html: string, { wholePage = false, xhtml = false }: HtmlOptions): HtmlText {
  const hasMain = !wholePage && /<(?:main|article)[\s>]/i.test(html) && /<\/(?:main|article)\s*>/i.test(html);
  let writer = new Writer();
  let title = '';
  const lists: { kind: string; count: number }[] = [];
  const tables: Table[] = [];
  const open: string[] = [];
  let skipping = 0;
  let inMain = 0;
  let preformatted: string | undefined;
  let item = '';

  const isSkipped = (
    name: string,
    { role = '', class: names = '', id = '' }: Readonly<Record<string, string>>,
  ): boolean =>
    hidden.has(name) ||
    (!wholePage &&
      (around.has(name) ||
        aroundRoles.has(role) ||
        (name === 'header' && !open.includes('article') && !open.includes('main')) ||
        (!hasMain && name !== 'body' && (aroundNames.test(names) || aroundNames.test(id)))));
  const write = (text: string): void => {
    if (skipping === 0 && (!hasMain || inMain > 0)) writer.inline += text;
  };
  const flush = (): void => {
    writer.flush(item);
    item = '';
  };

  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (open.push(name) > maxDepth) throw tooMuch(`more than ${maxDepth} elements within each other`);
        if (skipping > 0 || isSkipped(name, attributes) || attributes.hidden !== undefined) {
          skipping++;
          return;
        }
        if (name === 'main' || name === 'article') inMain++;
        if (/^h[1-6]$/.test(name)) {
          flush();
          item = `${'#'.repeat(Number(name[1]))} `;
        } else if (name === 'ul' || name === 'ol') {
          flush();
          lists.push({ kind: name, count: 0 });
        } else if (name === 'li') {
          flush();
          const list = lists.at(-1) ?? { kind: 'ul', count: 0 };
          list.count++;
          item = `${'    '.repeat(Math.max(0, lists.length - 1))}${list.kind === 'ol' ? `${list.count}.` : '-'} `;
        } else if (name === 'br') write(preformatted === undefined ? '\ue000' : '\n');
        else if (name === 'pre') {
          flush();
          preformatted = writer.inline;
        } else if (name === 'table') {
          flush();
          tables.push({ rows: [], outer: writer });
          writer = new Writer();
        } else if (name === 'tr') tables.at(-1)?.rows.push([]);
        else if (blocks.has(name) && item === '') flush();
      },
      ontext(text) {
        if (open.at(-1) === 'title' && !open.includes('body')) title += text;
        else write(text);
      },
      onclosetag(name) {
        open.pop();
        if (skipping > 0) {
          skipping--;
          return;
        }
        const table = tables.at(-1);
        if (name === 'pre') {
          const code = writer.inline.replace(/^\r?\n/, '').trimEnd();
          writer.inline = '';
          preformatted = undefined;
          if (code !== '') writer.blocks.push(`\`\`\`\n${code}\n\`\`\``);
        } else if ((name === 'td' || name === 'th') && table) {
          flush();
          table.rows.at(-1)?.push(writer.blocks.join(' '));
          writer.blocks.length = 0;
        } else if (name === 'table' && table) {
          tables.pop();
          writer = table.outer;
          const text = markdownTable(table.rows.filter(row => row.some(one => one.trim() !== '')));
          if (text !== '' && (!hasMain || inMain > 0)) writer.blocks.push(text);
        } else if (name === 'ul' || name === 'ol') {
          flush();
          lists.pop();
        } else if (/^h[1-6]$/.test(name) || name === 'li' || blocks.has(name)) flush();
        if (name === 'main' || name === 'article') inMain--;
      },
    },
    { decodeEntities: true, recognizeSelfClosing: xhtml },
  );
  parser.write(html);
  parser.end();
  while (tables.length > 0) writer = tables.pop()!.outer;
  flush();
  return { text: joined(writer.blocks), title: title.trim() || undefined };
}

/** Blocks with blank lines between them, the items of a list without. */
function joined(parts: readonly string[]): string {
  const isItem = (text: string | undefined): boolean => text !== undefined && /^ *(?:-|\d+\.) /.test(text);
  return parts.map((part, i) => (i === 0 ? '' : isItem(part) && isItem(parts[i - 1]) ? '\n' : '\n\n') + part).join('');
}
