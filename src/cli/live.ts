import type { WriteStream } from 'node:tty';

let drawn: LiveBlock | null = null;

/** Writes a line for the person: above the block that is drawn, if one is. */
export function say(line: string): void {
  if (drawn === null) process.stderr.write(`${line}\n`);
  else drawn.say(line);
}

/**
 * A block of lines at the bottom of a terminal, redrawn in place, with lines that stay scrolling above it. Only the lines that stay
 * are written where the stream isn't a terminal that moves its cursor (`TERM=dumb`), or must not (`NO_COLOR`, `CI`).
 */
export class LiveBlock {
  readonly #stream: WriteStream;
  #height = 0;

  constructor(stream: WriteStream = process.stderr) {
    this.#stream = stream;
  }

  get isLive(): boolean {
    const { TERM, NO_COLOR, CI } = process.env;
    return this.#stream.isTTY === true && TERM !== 'dumb' && !NO_COLOR && !CI;
  }

  /** Writes a line that stays. */
  say(line: string): void {
    this.#stream.write(`${this.#erase()}${line}\n`);
  }

  /** Replaces the block; what does not fit the terminal is cut, newest lines last. */
  draw(lines: readonly string[]): void {
    if (!this.isLive) return;
    const { columns = 80, rows = 24 } = this.#stream;
    const room = Math.max(3, rows - 2);
    const shown =
      lines.length > room
        ? [lines[0]!, `   … ${lines.length - room + 1} lines`, ...lines.slice(lines.length - room + 2)]
        : lines;
    const cut = shown.map((line) => [...line].slice(0, columns - 1).join(''));
    this.#stream.write(`${this.#erase()}${cut.join('\n')}\n`);
    this.#height = cut.length;
    drawn = this;
  }

  /** Lets the block stand as it is; what is written next goes below. */
  leave(): void {
    this.#height = 0;
    drawn = null;
  }

  /** Removes the block. */
  clear(): void {
    this.#stream.write(this.#erase());
  }

  #erase(): string {
    if (this.#height === 0) return '';
    drawn = null;
    const codes = `\u001b[${this.#height}A\u001b[0J`;
    this.#height = 0;
    return codes;
  }
}
