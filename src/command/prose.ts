import MarkdownIt, { type Token } from 'markdown-it';

/** Markdown as GitHub reads it, as far as it matters here: CommonMark with tables, raw HTML kept apart. */
const markdown = new MarkdownIt({ html: true, linkify: false, typographer: false });

/** Elements that show what is in them as ordinary prose. Whatever stands in any other is not addressed to anybody. */
const PROSE = new Set(
  'a b br center details dd div dl dt em g-emoji hr i img li ol p picture source span strong sub summary sup ul'.split(
    ' ',
  ),
);
/** Elements that have no end. */
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));

/** Stands in for the word looked for, with the number of its line, in characters no comment keeps. */
const mark = (line: number) => `\ue000${line}\ue001`;
const MARKED = /^\ue000(\d+)\ue001/;
/** What CommonMark does not know and GitHub does: footnotes and formulas; and a comment that is begun and not ended. */
const ODD = /^\[\^[^\]]*\]:|\$\$|<!--/m;

/**
 * Numbers, from 0, of the lines that begin with a word (given in lower case; at most three blanks before it) and that GitHub
 * shows as a line of ordinary text: not in code, a quotation, a heading, a table, a list, a comment or raw HTML.
 */
export function proseLinesWith(word: string, text: string): number[] {
  const lines = text.replace(/[\ue000\ue001]/g, '').split(/\r\n?|\n/);
  const begins = (line: string) => /^ {0,3}(\S+)/.exec(line)?.[1]?.toLowerCase() === word;
  if (!lines.some(begins)) return [];
  const source = lines.map((line, i) => (begins(line) ? line.replace(/\S+/, mark(i)) : line)).join('\n');
  const found: number[] = [];
  const open: string[] = [];
  let before: Token | undefined;
  for (const token of markdown.parse(source, {})) {
    if (token.type === 'html_block') follow(token.content, open);
    if (token.type === 'inline') {
      const prose = before?.type === 'paragraph_open' && token.level === 1 && !ODD.test(token.content);
      const starts = lineStarts(token.children ?? [], open);
      if (prose) found.push(...starts);
    }
    before = token;
  }
  return found;
}

/** The lines that begin with a mark in running text, while nothing but prose is open; follows the HTML on the way. */
function lineStarts(children: readonly Token[], open: string[]): number[] {
  const found: number[] = [];
  let atStart = true;
  for (const child of children) {
    if (child.type === 'html_inline') follow(child.content, open);
    const marked = child.type === 'text' && atStart ? MARKED.exec(child.content) : null;
    if (marked && open.every((name) => PROSE.has(name))) found.push(Number(marked[1]));
    atStart = child.type === 'softbreak' || child.type === 'hardbreak';
  }
  return found;
}

const COMMENT = /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<\?[\s\S]*?(?:\?>|$)/g;
/** What is in these is no HTML, whatever it looks like. */
const RAW = /<(script|style|textarea|title|xmp|iframe|noembed|noframes)\b[\s\S]*?(?:<\/\1\s*>|$)/gi;
const TAG = /<(\/?)([a-z][\w-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/gi;

/** Keeps the list of elements that are open up to date with a piece of HTML. */
function follow(html: string, open: string[]): void {
  for (const [, slash, raw, attributes] of html.replace(COMMENT, '').replace(RAW, '').matchAll(TAG)) {
    const name = raw!.toLowerCase();
    if (VOID.has(name)) continue;
    if (slash === '') open.push(/\bhidden\b/i.test(attributes!) ? `hidden ${name}` : name);
    else {
      const at = open.findLastIndex((each) => each === name || each === `hidden ${name}`);
      if (at >= 0) open.length = at;
    }
  }
}
