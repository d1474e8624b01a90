const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Bytes as text that gives the same bytes again: UTF-8, and a lone surrogate U+DC80 to U+DCFF for each byte that is none
 * (Python's `surrogateescape`, PEP 383). JSON carries such text unharmed.
 */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return escaped(bytes);
  }
}

/** The bytes that `textOfBytes` made text of. Any other lone surrogate becomes U+FFFD, as everywhere. */
export function bytesOfText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const parts: Buffer[] = [];
  for (const part of text.split(/([\uDC80-\uDCFF]+)/u))
    parts.push(
      /^[\uDC80-\uDCFF]/.test(part)
        ? Buffer.from(Array.from({ length: part.length }, (_, i) => part.charCodeAt(i) - 0xdc00))
        : Buffer.from(part),
    );
  return Buffer.concat(parts);
}

function escaped(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const end = wholeRun(bytes, at);
    if (end > at) text += strict.decode(bytes.subarray(at, end));
    else text += String.fromCharCode(0xdc00 + bytes[at]!);
    at = Math.max(end, at + 1);
  }
  return text;
}

/** Where the run of whole UTF-8 characters that begins at `at` ends. */
function wholeRun(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length) {
    const first = bytes[end]!;
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (length === 0 || !isCharacter(bytes.subarray(end, end + length), length)) return end;
    end += length;
  }
  return end;
}

function isCharacter(bytes: Uint8Array, length: number): boolean {
  if (bytes.length < length) return false;
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
