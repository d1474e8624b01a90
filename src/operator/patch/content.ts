import { latinWords, lookalikeIn } from './lookalikes.ts';

/** Most a self-modification may hold. A person has to be able to review it. */
export const PATCH_LIMITS = { files: 100, fileBytes: 256 * 1024, totalBytes: 512 * 1024 } as const;
/** A line that nobody reads to its end. */
const LONG_LINE = 1_000;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bidirectional controls: they show a reviewer other code than what runs (CVE-2021-42574). */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** What a terminal, a page or an editor acts upon instead of showing it; line breaks that are none for others. */
const CONTROL = /[^\P{Cc}\t]|[\u2028\u2029]/u;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Noncharacter_Code_Point}\ufff9-\ufffb]/u;
/** Emoji as people write them: a picture with its selector, and pictures joined to one. */
const EMOJI =
  /\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?(\u200d\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)*|[0-9#*]\ufe0f?\u20e3/gu;

/** Text of a file, or `null` when it is not UTF-8 text. */
export function textOf(content: Uint8Array): string | null {
  try {
    const text = decoder.decode(content);
    return text.includes('\u0000') ? null : text;
  } catch {
    return null;
  }
}

/** Why a file's new content is refused, or `null`. @param before the parent's text of the file, `null` where it has none */
export function contentProblem(content: Uint8Array, before: string | null = null): string | null {
  if (content.byteLength > PATCH_LIMITS.fileBytes)
    return `is ${content.byteLength} bytes, more than ${PATCH_LIMITS.fileBytes}`;
  const text = textOf(content);
  if (text === null) return 'is binary, not UTF-8 text';
  const about = new Set([...latinWords(text), ...latinWords(before ?? '')]);
  for (const line of addedLines(text, before)) {
    if (BIDI.test(line)) return 'holds bidirectional control characters, which hide code from reviewers';
    if (line.includes('\r')) return 'holds a carriage return within a line, which hides what stands before it';
    if (CONTROL.test(line)) return 'holds control characters';
    if (INVISIBLE.test(line.replace(EMOJI, ''))) return 'holds characters that nobody sees';
    const word = lookalikeIn(line.replace(EMOJI, ' '), about);
    if (word !== undefined) return `holds a word of look-alike letters (${asCodePoints(word)})`;
  }
  return null;
}

/** What a reviewer should look at twice in a file that may be written. */
export function unusualContent(text: string, before: string | null): string[] {
  const added = addedLines(text, before);
  const notes: string[] = [];
  if (added.some((line) => line.length > LONG_LINE)) notes.push(`has lines of more than ${LONG_LINE} characters`);
  if (added.some((line) => /[\p{Co}\p{Zs}]/u.test(line.replaceAll(' ', ''))))
    notes.push('has blanks or signs that look like others');
  if (added.some((line) => /[A-Za-z0-9+/_-]{200,}|(\\x[0-9a-f]{2}){50,}/i.test(line)))
    notes.push('has data that nobody can read');
  return notes;
}

/** Lines that the text before has not; ends of lines do not count, a mark of byte order at the very beginning stays where it was. */
export function addedLines(text: string, before: string | null): string[] {
  const lines = (whole: string) => whole.split('\n').map((line) => line.replace(/\r$/, ''));
  const known = new Set(lines(before ?? ''));
  const marked = before?.startsWith('\ufeff') === true;
  return lines(marked ? text.replace(/^\ufeff/, '') : text).filter((line) => !known.has(line));
}

function asCodePoints(word: string): string {
  return Array.from(word.slice(0, 40), (letter) =>
    letter > '\x7f' ? `U+${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}` : letter,
  ).join('');
}
