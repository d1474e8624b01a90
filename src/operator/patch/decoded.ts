import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** How deep texts are looked for in texts. */
const DEPTH = 3;
/** Characters read beyond the first look: this many, and this many for each byte of the patch. */
const READ = 2 * 1024 * 1024;
const READ_PER_BYTE = 16;
/** Characters of a patch read in every shift of the alphabet; the rest is read in rot13 alone. */
const ROTATED = 64 * 1024;
/** Compressed bytes tried, and how many times their own length they may hold. */
const UNPACKINGS = 10_000;
const EXPANSION = 100;

/** A patch holds more in disguise than can be looked through. */
export class Unreadable extends Error {}

/** A text that another one holds in disguise. */
export interface Disguised {
  /** In words, e.g. `in base64`. */
  readonly how: string;
  readonly text: string;
  /** Whether the text is another whole reading of the same letters, so that short words in it mean nothing. */
  readonly reading: boolean;
}

type Found = Disguised & { readonly deeper?: boolean; readonly free?: boolean };

/**
 * What the texts of one patch hold in disguise: strings that are put together, escapes, base64, base32, hexadecimal, numbers of
 * characters, compressed bytes, letters shifted or turned round, and each of these within another. The work is linear in the
 * patch's size, whatever its compressed bytes say.
 */
export class Disguises {
  /** Characters left to read. */
  #left: number;
  #rotations = ROTATED;
  #unpackings = UNPACKINGS;
  readonly #tried = new Set<string>();

  /** @param bytes the patch's size */
  constructor(bytes: number) {
    this.#left = READ + READ_PER_BYTE * bytes;
  }

  /** @throws Unreadable once the patch holds too much */
  *in(text: string): Generator<Disguised> {
    const seen = new Set([text]);
    let layer: readonly Found[] = [{ how: '', text, reading: false }];
    for (let depth = 0; depth < DEPTH && layer.length > 0; depth++) {
      const next: Found[] = [];
      for (const outer of layer)
        for (const inner of this.#within(outer, depth)) {
          if (seen.has(inner.text)) continue;
          seen.add(inner.text);
          const found = { ...inner, how: outer.how === '' ? inner.how : `${outer.how}, ${inner.how}` };
          yield found;
          if (!found.reading || found.deeper === true) next.push(found);
        }
      layer = next;
    }
  }

  *#within({ text, reading }: Found, depth: number): Generator<Found> {
    if (!reading)
      for (const inner of this.#readings(text)) {
        if (depth > 0 && inner.free !== true) this.#spend(inner.text.length);
        yield inner;
      }
    for (const inner of this.#payloads(text, depth)) {
      this.#spend(inner.text.length);
      yield inner;
    }
  }

  /** A short text costs about as much as a longer one. */
  #spend(length: number): void {
    this.#left -= Math.max(64, length);
    if (this.#left < 0) throw new Unreadable();
  }

  *#readings(text: string): Generator<Found> {
    const pieces = stringsIn(text);
    for (const joined of [pieces.join(''), pieces.join('\n')])
      if (pieces.length > 1) yield { how: 'in strings that are put together', text: unescaped(joined), reading: false };
    const plain = unescaped(text);
    if (plain !== text) yield { how: 'in escapes', text: plain, reading: false };
    yield { how: 'turned round', text: [...text].reverse().join(''), reading: true, deeper: true };
    yield { how: 'in shifted letters', text: rotated(text, 13), reading: true, deeper: true };
    if (text.length > this.#rotations) return;
    this.#rotations -= text.length;
    for (let shift = 1; shift < 26; shift++)
      if (shift !== 13) yield { how: 'in shifted letters', text: rotated(text, shift), reading: true, free: true };
  }

  *#payloads(text: string, depth: number): Generator<Disguised> {
    const tight = text.replace(/["'`]\s*\+\s*["'`]|\\[nrt]|["'`\s\\]+/g, '');
    for (const source of [text, tight]) {
      for (const [run] of source.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)) {
        if (!this.#isNew(run)) continue;
        // Words and paths are not compressed bytes.
        const packed = /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run);
        for (const cut of [0, 1, 2, 3])
          yield* this.#texts('in base64', Buffer.from(run.slice(cut), 'base64'), packed && (cut === 0 || depth === 0));
      }
      for (const [run] of source.matchAll(/\b[A-Z2-7]{24,}={0,6}/g))
        if (this.#isNew(`32 ${run}`)) yield* this.#texts('in base32', base32(run));
      for (const [run] of source.matchAll(/(?:(?:0x|\\x)?[0-9a-fA-F]{2}[\s,:;-]*){12,}/g)) {
        const digits = run.replace(/0x|\\x|[^0-9a-fA-F]/g, '');
        if (this.#isNew(`16 ${digits}`)) yield* this.#texts('in hexadecimal', Buffer.from(digits, 'hex'));
      }
    }
    for (const [run] of text.matchAll(/(?:\b\d{1,3}\b[\s,;]+){11,}\d{1,3}\b/g))
      yield* this.#texts(
        'in numbers of characters',
        Buffer.from(run.match(/\d+/g)!.map((number) => Number(number) & 0xff)),
      );
  }

  #isNew(run: string): boolean {
    return this.#tried.size < this.#tried.add(run).size;
  }

  *#texts(how: string, bytes: Buffer, packed = true): Generator<Disguised> {
    if (isProse(bytes)) yield { how, text: bytes.toString(), reading: false };
    if (!packed) return;
    for (const unpack of unpackersOf(bytes)) {
      if (--this.#unpackings < 0) throw new Unreadable();
      const inner = this.#unpacked(bytes, unpack);
      if (isProse(inner)) yield { how: `${how}, compressed`, text: inner.toString(), reading: false };
    }
  }

  #unpacked(bytes: Buffer, unpack: Unpacker): Buffer {
    try {
      const inner = unpack(bytes, {
        maxOutputLength: Math.max(1, Math.min(this.#left, 1024 + EXPANSION * bytes.length)),
      });
      this.#spend(inner.length);
      return inner;
    } catch (error) {
      if (error instanceof Unreadable || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
        throw new Unreadable();
      return Buffer.alloc(0);
    }
  }
}

type Unpacker = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Buffer;

/** How bytes may be compressed, by their first ones: to try costs more than all else. */
function unpackersOf(bytes: Buffer): Unpacker[] {
  if (bytes.length < 8) return [];
  const kind = (bytes[0]! >> 1) & 3;
  const isStored = kind === 0 && (bytes.readUInt16LE(1) ^ bytes.readUInt16LE(3)) === 0xffff;
  return [
    ...(bytes[0] === 0x1f && bytes[1] === 0x8b ? [gunzipSync] : []),
    ...((bytes[0]! & 15) === 8 && bytes.readUInt16BE(0) % 31 === 0 ? [inflateSync] : []),
    ...(isStored || kind === 1 || kind === 2 ? [inflateRawSync] : []),
    brotliDecompressSync,
  ];
}

/** The strings of source code. Linear: a quote that is not closed leaves every later one like it unclosed too. */
function stringsIn(text: string): string[] {
  const strings: string[] = [];
  const unclosed = new Set<string>();
  for (let at = 0; at < text.length; at++) {
    const quote = text[at]!;
    if (!'"\'`'.includes(quote) || unclosed.has(quote)) continue;
    let end = at + 1;
    while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1;
    if (end < text.length) {
      strings.push(text.slice(at + 1, end));
      at = end;
    } else unclosed.add(quote);
  }
  return strings;
}

/** Whether bytes came out as text, not as chance. */
function isProse(bytes: Buffer): boolean {
  if (bytes.length < 8 || !isUtf8(bytes) || bytes.includes(0)) return false;
  const text = bytes.toString();
  const odd = text.match(/[^\p{L}\p{N}\p{P}\p{S}\s]/gu)?.length ?? 0;
  return text.length >= 8 && odd * 20 < text.length;
}

function unescaped(text: string): string {
  return text.replace(
    /\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\u\{([0-9a-f]{1,6})\}|&#x([0-9a-f]{1,6});|&#(\d{1,7});|%([0-9a-f]{2})|\\([0-7]{3})|\\([ntr])/gi,
    (all, x, u, braces, entity, decimal, percent, octal, blank) => {
      if (blank) return ' ';
      const hex = x ?? u ?? braces ?? entity ?? percent;
      const code = hex ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}

function rotated(text: string, shift: number): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + shift) % 26) + base);
  });
}

function base32(text: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text.replace(/=+$/, '')) {
    value = ((value << 5) | 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}
