/** A word of a command line as a shell reads it back: quoted where it holds a blank or anything else with a meaning. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command line of several words. */
export function shellCommand(...words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/**
 * A line broken between words so that none is split by the terminal; the rest is indented as far as the text of an event's
 * line (`12:00:00  text`), or by two. A word longer than the terminal stays whole.
 */
export function wrap(line: string, columns: number): string {
  const indent = ' '.repeat(Math.min(hang(line), Math.floor(columns / 2)));
  const lines: string[] = [];
  let current = '';
  for (const part of line.split(/(?<=\S)(?= )/)) {
    const joined = current + part;
    if (joined.length < columns || current.trim() === '') current = joined;
    else {
      lines.push(current);
      current = indent + part.trimStart();
    }
  }
  return [...lines, current].join('\n');
}

/** Where the text of a line begins: behind a time, a mark and a name, or blanks. */
function hang(line: string): number {
  return /^(?:\d\d:\d\d:\d\d {2}|[✓·✗] .*? {2,}| *→ )/.exec(line)?.[0].length ?? /^ */.exec(line)![0].length + 2;
}

/** The beginning of a line that fits, up to a word's end where that loses little. */
export function clip(line: string, columns: number): string {
  const letters = [...line];
  if (letters.length < columns) return line;
  const head = letters.slice(0, Math.max(1, columns - 2)).join('');
  const blank = head.trimEnd().lastIndexOf(' ');
  const whole = letters[columns - 2] === ' ' || blank < head.length * 0.6;
  return `${(whole ? head : head.slice(0, blank)).trimEnd()}…`;
}
