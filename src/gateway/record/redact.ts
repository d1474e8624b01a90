/** Removes secrets by value, in every form they are likely to be written in. */
export interface Redactor {
  (text: string): string;
  /** A body and what it parses to: a secret spelled with escapes is found in the parsed strings. */
  body(text: string, json: unknown): string;
  /** Whether a text ends as a secret begins, in any spelling. */
  pending(text: string): boolean;
}

export const REMOVED = '[removed secret]';

/** Secrets shorter than this are no secrets, and would be found everywhere. */
const SHORTEST = 6;
/** Fewer characters than this of a secret's beginning are not held back: nearly every text ends in some of them. */
const PREFIX = 4;
const ESCAPED = /\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|%[0-9a-f]{2}|&#x?[0-9a-f]+;|\\\//gi;
/** The beginning of an escape at the end of a text. */
const UNFINISHED = /(\\(u[0-9a-f]{0,3}|x[0-9a-f]?)?|%[0-9a-f]?|&(#x?[0-9a-f]*)?)$/i;

export function redactor(secrets: Iterable<string>): Redactor {
  const forms = [...new Set([...secrets].filter(({ length }) => length >= SHORTEST).flatMap(formsOf))];
  forms.sort((a, b) => b.length - a.length);
  const byPrefix = Map.groupBy(forms, (form) => form.slice(0, PREFIX));
  const longest = forms[0]?.length ?? 0;

  const literal = (text: string) =>
    forms.reduce((clean, form) => (clean.includes(form) ? clean.replaceAll(form, REMOVED) : clean), text);

  /** Characters written as escapes: where a secret shows once they are undone, the text is given undone. */
  function text(given: string): string {
    const clean = literal(given);
    if (clean.search(ESCAPED) < 0) return clean;
    const undone = clean.replace(ESCAPED, undo);
    return forms.some((form) => undone.includes(form)) ? literal(undone) : clean;
  }

  function body(given: string, json: unknown): string {
    if (json === undefined) return text(given);
    const clean = literal(given);
    if (clean.search(ESCAPED) < 0) return clean;
    return strings(json).some((part) => text(part) !== part) ? JSON.stringify(mapStrings(json, text)) : clean;
  }

  function pending(given: string): boolean {
    if (beginsSecret(given)) return true;
    const undone = given.search(ESCAPED) < 0 ? given : given.replace(ESCAPED, undo);
    const whole = undone.replace(UNFINISHED, '');
    return whole !== given && beginsSecret(whole);
  }

  function beginsSecret(given: string): boolean {
    for (let at = Math.max(0, given.length - longest + 1); at <= given.length - PREFIX; at++) {
      const rest = given.slice(at);
      if (byPrefix.get(rest.slice(0, PREFIX))?.some((form) => form.length > rest.length && form.startsWith(rest)))
        return true;
    }
    return false;
  }

  return Object.assign(text, { body, pending });
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    hex,
    hex.toUpperCase(),
    [...secret].reverse().join(''),
    ...[0, 1, 2].flatMap((offset) => base64At(bytes, offset)),
  ].filter(({ length }) => length >= SHORTEST);
}

/** A secret in base64, wherever in the encoded text it begins: the characters it shares with its neighbours are left out. */
function base64At(bytes: Uint8Array, offset: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor((padded.length * 8) / 6);
  const standard = padded.toString('base64').slice(from, to);
  return [standard, standard.replaceAll('+', '-').replaceAll('/', '_')];
}

function undo(written: string): string {
  if (written === '\\/') return '/';
  const decimal = /^&#(\d+);$/.exec(written)?.[1];
  const code = decimal === undefined ? Number.parseInt(written.replace(/[^0-9a-f]|^\\x/gi, ''), 16) : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : written;
}

/** Every string in a value, its names included. */
function strings(value: unknown, found: string[] = []): string[] {
  if (typeof value === 'string') found.push(value);
  else if (typeof value === 'object' && value !== null)
    for (const [name, part] of Object.entries(value)) {
      found.push(name);
      strings(part, found);
    }
  return found;
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => mapStrings(part, change));
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [change(name), mapStrings(part, change)]));
}
