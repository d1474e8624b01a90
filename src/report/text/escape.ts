import { oneLine, visible } from './text.ts';

/** Zero-width space: keeps GitHub from seeing a mention, a reference or a command where a stranger wrote one. */
const BREAK = '\u200b';

/**
 * A stranger's text (a model's, an agent's, a file's) as one line of Markdown that is only text: no markup, no mention, no
 * reference, no link, no HTML, no command. Longer than `limit` characters is cut.
 */
export function inline(text: string, limit = 200): string {
  return (
    oneLine(text, limit)
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/[\\`*_{}[\]()#|~!]/g, '\\$&')
      .replace(/@/g, `@${BREAK}`)
      // An escaped `#` is one again when references are looked for.
      .replace(/#(?=\d)/g, `#${BREAK}`)
      .replace(/GH-(?=\d)/gi, `$&${BREAK}`)
      .replace(/([A-Za-z])(:\/\/)/g, `$1${BREAK}$2`)
      .replace(/\bwww\./gi, `www${BREAK}.`)
      .replace(/\/(?=huxley)/gi, `/${BREAK}`)
  );
}

/** A stranger's text as a code block whose fence it cannot close. Longer than `limit` characters is cut, and says so. */
export function block(text: string, limit = 8_000): string {
  const whole = visible(text);
  const body = (
    whole.length > limit ? `${whole.slice(0, limit)}\n… ${whole.length - limit} more characters` : whole
  ).replace(LONG_LINE, '$1\n');
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${body}\n${fence}`;
}

/** Code blocks do not wrap by themselves. */
const LONG_LINE = /(?=.{101})(.{40,100}) +/g;
