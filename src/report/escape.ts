/** Zero-width space: keeps GitHub from seeing a mention, a reference or a command where a stranger wrote one. */
const BREAK = '\u200b';

/**
 * A stranger's text (a model's, an agent's, a file's) as one line of Markdown that is only text: no markup, no mention, no
 * reference, no link, no HTML, no command. Longer than `limit` characters is cut.
 */
export function inline(text: string, limit = 200): string {
  const line = clean(text).replace(/\s+/g, ' ').trim();
  const cut = line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
  return cut
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#|~!]/g, '\\$&')
    .replace(/@/g, `@${BREAK}`)
    .replace(/([A-Za-z])(:\/\/)/g, `$1${BREAK}$2`)
    .replace(/\bwww\./gi, `www${BREAK}.`)
    .replace(/\/huxley/g, `/${BREAK}huxley`);
}

/** A stranger's text as one line where there is no Markdown: a title, a terminal, a log. Longer than `limit` characters is cut. */
export function plain(text: string, limit = 200): string {
  const line = clean(text).replace(/\s+/g, ' ').trim();
  return (line.length > limit ? `${line.slice(0, limit - 1)}…` : line)
    .replace(/@/g, `@${BREAK}`)
    .replace(/\/huxley/g, `/${BREAK}huxley`);
}

/** A stranger's text as a code block whose fence it cannot close. Longer than `limit` characters is cut, and says so. */
export function block(text: string, limit = 8_000): string {
  const whole = clean(text);
  const body = (
    whole.length > limit ? `${whole.slice(0, limit)}\n… ${whole.length - limit} more characters` : whole
  ).replace(LONG_LINE, '$1\n');
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${body}\n${fence}`;
}

/** Code blocks do not wrap by themselves. */
const LONG_LINE = /(?=.{101})(.{40,100}) +/g;

/** Without control characters, direction overrides and half surrogates. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}
