import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { textOf } from './content.ts';

/** How deep texts are looked for in texts, how many, and how long. */
const DEPTH = 3;
const MOST = 400;
const BYTES = 1024 * 1024;
/** Texts longer than this are not read in every shift of the alphabet. */
const ROTATED = 128 * 1024;

/** A text that another one holds in disguise. */
export interface Disguised {
  /** In words, e.g. `in base64`. */
  readonly how: string;
  readonly text: string;
  /** Whether the text is another whole reading of the same letters, so that short words in it mean nothing. */
  readonly reading: boolean;
}

type Found = Disguised & { readonly deeper?: boolean };

/**
 * What a text holds in disguise: strings that are put together, escapes, base64, base32, hexadecimal, numbers of characters,
 * compressed bytes, letters shifted or turned round, and each of these within another.
 */
export function disguisedIn(text: string): readonly Disguised[] {
  const found: Found[] = [];
  const seen = new Set([text]);
  let layer: readonly Found[] = [{ how: '', text, reading: false }];
  for (let depth = 0; depth < DEPTH && layer.length > 0; depth++) {
    const next: Found[] = [];
    for (const outer of layer)
      for (const inner of [...(outer.reading ? [] : readings(outer.text)), ...payloads(outer.text)]) {
        if (seen.has(inner.text) || found.length + next.length >= MOST) continue;
        seen.add(inner.text);
        next.push({ ...inner, how: outer.how === '' ? inner.how : `${outer.how}, ${inner.how}` });
      }
    found.push(...next);
    layer = next.filter(({ reading, deeper }) => !reading || deeper === true);
  }
  return found;
}

function* readings(text: string): Generator<Found> {
  const pieces = [...text.matchAll(/(["'`])((?:\\.|(?!\1)[^\\])*?)\1/gs)].map(([, , inner]) => inner!);
  for (const joined of [pieces.join(''), pieces.join('\n')])
    if (pieces.length > 1) yield { how: 'in strings that are put together', text: unescaped(joined), reading: false };
  const plain = unescaped(text);
  if (plain !== text) yield { how: 'in escapes', text: plain, reading: false };
  yield { how: 'turned round', text: [...text].reverse().join(''), reading: true, deeper: true };
  for (let shift = 1; shift < 26; shift++)
    if (text.length <= ROTATED || shift === 13)
      yield { how: 'in shifted letters', text: rotated(text, shift), reading: true, deeper: shift === 13 };
}

function* payloads(text: string): Generator<Disguised> {
  const as = (how: string, bytes: Uint8Array): Disguised[] =>
    [{ how, bytes }, ...unpacked(bytes).map((inner) => ({ how: `${how}, compressed`, bytes: inner }))].flatMap(
      (one) => {
        const read = textOf(one.bytes);
        return read !== null && isProse(read) ? [{ how: one.how, text: read, reading: false }] : [];
      },
    );
  const tight = text.replace(/["'`]\s*\+\s*["'`]|\\[nrt]|["'`\s\\]+/g, '');
  for (const source of [text, tight]) {
    for (const [run] of source.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g))
      for (const cut of [0, 1, 2, 3]) yield* as('in base64', Buffer.from(run.slice(cut), 'base64'));
    for (const [run] of source.matchAll(/\b[A-Z2-7]{24,}={0,6}/g)) yield* as('in base32', base32(run));
    for (const [run] of source.matchAll(/(?:(?:0x|\\x)?[0-9a-fA-F]{2}[\s,:;-]*){12,}/g))
      yield* as('in hexadecimal', Buffer.from(run.replace(/0x|\\x|[^0-9a-fA-F]/g, ''), 'hex'));
  }
  for (const [run] of text.matchAll(/(?:\b\d{1,3}\b[\s,;]+){11,}\d{1,3}\b/g))
    yield* as('in numbers of characters', Buffer.from(run.match(/\d+/g)!.map((number) => Number(number) & 0xff)));
}

function unpacked(bytes: Uint8Array): Buffer[] {
  return [gunzipSync, inflateSync, inflateRawSync, brotliDecompressSync].flatMap((unpack) => {
    try {
      return [unpack(bytes, { maxOutputLength: BYTES })];
    } catch {
      return [];
    }
  });
}

/** Whether bytes came out as text, not as chance. */
function isProse(text: string): boolean {
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
