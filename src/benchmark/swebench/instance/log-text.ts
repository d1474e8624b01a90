import type { LogParser } from './status.ts';

/** Blanks that neither language takes for the end of a line. */
const BLANKS = ['\u205f', '\u2008', '\u2006', '\u2005', '\u2004', '\u1680', '\u3000'];

/** A log with universal newlines, as Python reads text files. */
export function universal(log: string): string {
  return log.replace(/\r\n?/g, '\n');
}

/**
 * A parser for logs as Python reads and matches them: with universal newlines, and with U+2028 and U+2029 for blanks, where
 * JavaScript's patterns would see the end of a line. Names keep what stood there.
 */
export function asPython(parse: LogParser): LogParser {
  return (log) => {
    const text = universal(log);
    if (!/[\u2028\u2029]/.test(text)) return parse(text);
    const [line = ' ', paragraph = ' '] = BLANKS.filter((blank) => !text.includes(blank));
    const read = parse(text.replaceAll('\u2028', line).replaceAll('\u2029', paragraph));
    return new Map(
      [...read].map(([id, status]) => [id.replaceAll(line, '\u2028').replaceAll(paragraph, '\u2029'), status]),
    );
  };
}
