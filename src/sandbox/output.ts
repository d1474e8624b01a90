/** Splits the engine's multiplexed stream (8-byte frame headers: stream number, three zeros, big-endian length) into stdout and stderr. */
export class Demultiplexer {
  readonly #header = Buffer.alloc(8);
  readonly #sink: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
  #headerBytes = 0;
  #left = 0;
  #stream: 'stdout' | 'stderr' = 'stdout';

  constructor(sink: (stream: 'stdout' | 'stderr', chunk: Buffer) => void) {
    this.#sink = sink;
  }

  write(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left === 0) {
        const taken = chunk.copy(this.#header, this.#headerBytes, at, at + 8 - this.#headerBytes);
        at += taken;
        this.#headerBytes += taken;
        if (this.#headerBytes < 8) return;
        this.#headerBytes = 0;
        this.#stream = this.#header[0] === 2 ? 'stderr' : 'stdout';
        this.#left = this.#header.readUInt32BE(4);
      } else {
        const end = Math.min(chunk.length, at + this.#left);
        this.#sink(this.#stream, chunk.subarray(at, end));
        this.#left -= end - at;
        at = end;
      }
    }
  }
}

/** Keeps the first `cap` bytes and counts the rest. */
export class CappedBuffer {
  readonly #cap: number;
  readonly #chunks: Buffer[] = [];
  #kept = 0;
  dropped = 0;

  constructor(cap: number) {
    this.#cap = cap;
  }

  add(chunk: Buffer): void {
    const room = this.#cap - this.#kept;
    const kept = chunk.length <= room ? chunk : chunk.subarray(0, room);
    if (kept.length > 0) this.#chunks.push(Buffer.from(kept));
    this.#kept += kept.length;
    this.dropped += chunk.length - kept.length;
  }

  toString(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
