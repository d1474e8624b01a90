import type { WriteStream } from 'node:tty';
import { clip, wrap } from './print.ts';

let drawn: LiveBlock | null = null;

/** Writes a line for the person: above the block that is drawn, if one is. */
export function say(line: string): void {
  (drawn ?? new LiveBlock()).say(line);
}

/**
 * A block of lines at the bottom of a terminal, redrawn in place, with lines that stay scrolling above it. Only the lines that stay
 * are written where the stream isn't a terminal that moves its cursor (`TERM=dumb`), or must not (`NO_COLOR`, `CI`).
 */
export class LiveBlock {
  readonly #stream: WriteStream;
  #drawn: readonly string[] = [];

  constructor(stream: WriteStream = process.stderr) {
    this.#stream = stream;
  }

  get isLive(): boolean {
    const { TERM, NO_COLOR, CI } = process.env;
    return this.#stream.isTTY === true && TERM !== 'dumb' && !NO_COLOR && !CI;
  }

  /** Some terminals say that they have none. */
  get #columns(): number {
    return this.#stream.columns || 80;
  }

  /** Writes a line that stays, broken between words where the terminal is too narrow. */
  say(line: string): void {
    this.#stream.write(`${this.#erase()}${this.#stream.isTTY ? wrap(line, this.#columns) : line}\n`);
  }

  /** Replaces the block; what does not fit the terminal is cut, newest lines last. */
  draw(lines: readonly string[]): void {
    if (!this.isLive) return;
    const columns = this.#columns;
    const room = Math.max(3, (this.#stream.rows || 24) - 2);
    const shown =
      lines.length > room
        ? [lines[0]!, `   … ${lines.length - room + 1} lines`, ...lines.slice(lines.length - room + 2)]
        : lines;
    const cut = shown.map((line) => clip(line, columns));
    this.#stream.write(`${this.#erase()}${cut.join('\n')}\n`);
    this.#drawn = cut;
    drawn = this;
  }

  /** Lets the block stand as it is; what is written next goes below. */
  leave(): void {
    this.#drawn = [];
    drawn = null;
  }

  /** Removes the block. */
  clear(): void {
    this.#stream.write(this.#erase());
  }

  #erase(): string {
    if (this.#drawn.length === 0) return '';
    drawn = null;
    // Lines that a terminal made narrower has broken take more rows than they did.
    const columns = this.#columns;
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil([...line].length / columns)), 0);
    this.#drawn = [];
    return `\u001b[${rows}A\u001b[0J`;
  }
}
