import { type Content, escapeHtml, Html, html } from './html.ts';
import { mermaid } from './mermaid.ts';

export interface Place {
  /** `owner/name` of the repository that `#12` refers to. */
  readonly repository?: string;
  /** A file's text, in which a line's end is a space; in comments it is a line's end. */
  readonly file?: boolean;
  /** In how many quotes, lists and details it stands. */
  readonly depth?: number;
}

/** Nobody reads what stands deeper, and no text is to use the stack up: from there on it is shown as it is. */
const MAX_DEPTH = 24;

/**
 * The part of GitHub's Markdown that reports use, as HTML: headings, lists, tables, quotes, code, mermaid trees, emphasis,
 * links, references and `<details>`. Everything else, other HTML above all, is shown as the text it is.
 */
export function markdown(source: string, place: Place = {}): Html {
  return new Html(
    blocks(
      source
        .replaceAll('\r\n', '\n')
        .replace(/<!--[\s\S]*?-->/g, '')
        .split('\n'),
      place,
    ),
  );
}

function blocks(lines: readonly string[], around: Place): string {
  const place = { ...around, depth: (around.depth ?? 0) + 1 };
  if (place.depth > MAX_DEPTH) return `<pre>${escapeHtml(lines.join('\n'))}</pre>`;
  const out: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const [block, next] = blockAt(lines, at, place);
    out.push(block);
    at = next;
  }
  return out.join('\n');
}

/** The block that starts on a line, and the line after it. */
function blockAt(lines: readonly string[], at: number, place: Place): [string, number] {
  const line = lines[at]!;
  const take = (test: (text: string) => boolean, from = at): number => {
    let end = from;
    while (end < lines.length && test(lines[end]!)) end += 1;
    return end;
  };
  if (line.trim() === '') return ['', at + 1];
  const fence = /^\s*(`{3,}|~{3,})\s*([\w-]*)/.exec(line);
  if (fence) {
    const end = take(
      (text) => !text.trim().startsWith(fence[1]!) || text.trim().replaceAll(fence[1]![0]!, '') !== '',
      at + 1,
    );
    const code = lines.slice(at + 1, end).join('\n');
    const picture = fence[2] === 'mermaid' ? mermaid(code) : null;
    return [picture?.text ?? `<pre><code>${escapeHtml(code)}</code></pre>`, end + 1];
  }
  if (/^\s*<details( open)?>/.test(line)) return detailsAt(lines, at, place);
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading) {
    const level = Math.min(heading[1]!.length + 1, 6);
    return [`<h${level}>${inline(heading[2]!, place)}</h${level}>`, at + 1];
  }
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return ['<hr>', at + 1];
  if (line.startsWith('>')) {
    const end = take((text) => text.startsWith('>'));
    return [
      `<blockquote>${blocks(
        lines.slice(at, end).map((text) => text.replace(/^> ?/, '')),
        place,
      )}</blockquote>`,
      end,
    ];
  }
  if (isRow(line) && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[at + 1] ?? '')) {
    const end = take(isRow, at + 2);
    return [table(lines.slice(at, end), place), end];
  }
  if (isItem(line)) {
    const end = take((text) => isItem(text) || /^\s+\S/.test(text));
    return [list(lines.slice(at, end), place), end];
  }
  const end = take(
    (text) => text.trim() !== '' && !/^(#{1,6}\s|>|```|\s*<details)/.test(text) && !isItem(text),
    at + 1,
  );
  const text = inline(lines.slice(at, end).join('\n'), place);
  return [`<p>${place.file ? text : text.replaceAll('\n', '<br>\n')}</p>`, end];
}

const isRow = (line: string) => line.includes('|') && line.trim() !== '';
const isItem = (line: string) => /^\s*([-*+]|\d+[.)])\s+/.test(line);

function detailsAt(lines: readonly string[], at: number, place: Place): [string, number] {
  let depth = 0;
  let end = at;
  for (; end < lines.length; end += 1) {
    depth += (lines[end]!.match(/<details( open)?>/g) ?? []).length - (lines[end]!.match(/<\/details>/g) ?? []).length;
    if (depth <= 0) break;
  }
  const text = lines.slice(at, end + 1).join('\n');
  const [, open = '', body = ''] = /^\s*<details( open)?>([\s\S]*?)(?:<\/details>\s*)?$/.exec(text) ?? [];
  const [, summary = 'Details', rest = body] = /^\s*<summary>([\s\S]*?)<\/summary>([\s\S]*)$/.exec(body) ?? [];
  return [
    `<details${open}><summary>${inline(summary, place)}</summary>${blocks(rest.split('\n'), place)}</details>`,
    end + 1,
  ];
}

function table(lines: readonly string[], place: Place): string {
  const cells = (line: string) =>
    line
      .trim()
      .replace(/^\||(?<!\\)\|$/g, '')
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|'));
  const aligns = cells(lines[1]!).map((cell) => (/^:-+:$/.test(cell) ? 'center' : cell.endsWith(':') ? 'right' : ''));
  const row = (line: string, tag: string) =>
    `<tr>${cells(line)
      .map(
        (cell, index) => `<${tag}${aligns[index] ? ` class="${aligns[index]}"` : ''}>${inline(cell, place)}</${tag}>`,
      )
      .join('')}</tr>`;
  return `<table>${row(lines[0]!, 'th')}${lines
    .slice(2)
    .map((line) => row(line, 'td'))
    .join('')}</table>`;
}

function list(lines: readonly string[], place: Place): string {
  const indent = /^\s*/.exec(lines[0]!)![0].length;
  const items: string[][] = [];
  for (const line of lines) {
    if (isItem(line) && /^\s*/.exec(line)![0].length <= indent)
      items.push([line.replace(/^\s*([-*+]|\d+[.)])\s+/, '')]);
    else items.at(-1)!.push(line.slice(Math.min(indent + 2, /^\s*/.exec(line)![0].length)));
  }
  const tag = /^\s*\d/.test(lines[0]!) ? 'ol' : 'ul';
  return `<${tag}>${items.map(([first, ...rest]) => `<li>${inline(first!, place)}${blocks(rest, place)}</li>`).join('')}</${tag}>`;
}

const TOKEN =
  /\\([\\`*_{}[\]()#+.!|~<>&-])|(`+)([^`]+)\2|\[([^\]\n]+)\]\(((?:https?:\/\/|\/|#)[^\s)]*)\)|(https?:\/\/[^\s<>()"'`]+)|(?<![\w&/#])#(\d+)\b/g;

/**
 * Emphasis, code, links and references inside a line. Code and links are set aside first and the rest is escaped before
 * anything is made of it, so that nothing in a text can be HTML of its own.
 */
function inline(text: string, place: Place): string {
  const kept: string[] = [];
  const keep = (made: string) => `\0${kept.push(made) - 1}\0`;
  const marked = text
    .replaceAll('\0', '')
    .replace(TOKEN, (whole, escaped, _ticks, code, label, target, url, reference) => {
      if (escaped !== undefined) return keep(escapeHtml(escaped));
      if (code !== undefined) return keep(`<code>${escapeHtml(code)}</code>`);
      if (reference !== undefined)
        return place.repository === undefined
          ? whole
          : keep(`<a href="/${escapeHtml(place.repository)}/issues/${reference}">#${reference}</a>`);
      const href = escapeHtml(target ?? url);
      return keep(`<a href="${href}" rel="nofollow noopener">${label === undefined ? href : inline(label, place)}</a>`);
    });
  return escapeHtml(marked)
    .replace(/\*\*([^*\n]+)\*\*/g, '<strong>$1</strong>')
    .replace(/(?<![\w*])\*([^*\n]+)\*(?!\w)/g, '<em>$1</em>')
    .replace(/(?<![\w_])_([^_\n]+)_(?!\w)/g, '<em>$1</em>')
    .replace(/&lt;(\/?(?:sub|sup|br|b|strong|kbd))\s*\/?&gt;/g, '<$1>')
    .replace(/&amp;(amp|lt|gt|quot);/g, '&$1;')
    .replace(/\0(\d+)\0/g, (_, index) => kept[Number(index)]!);
}

/** A text that may be missing, as Markdown. */
export function body(text: string | null, place: Place): Content {
  return text?.trim() ? markdown(text, place) : html`<p class="dim">No description.</p>`;
}
