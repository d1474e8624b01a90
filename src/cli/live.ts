import type { WriteStream } from 'node:tty';

/**
 * A block of lines at the bottom of a terminal, redrawn in place, with lines that stay scrolling above it. Where the
 * stream is no terminal only the lines that stay are written.
 */
export class LiveBlock {
  readonly #stream: WriteStream;
  #height = 0;

  constructor(stream: WriteStream = process.stderr) {
    this.#stream = stream;
  }

  get isLive(): boolean {
    return this.#stream.isTTY === true;
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
  }

  /** Removes the block. */
  clear(): void {
    this.#stream.write(this.#erase());
  }

  #erase(): string {
    if (this.#height === 0) return '';
    const codes = `\u001b[${this.#height}A\u001b[0J`;
    this.#height = 0;
    return codes;
  }
}
