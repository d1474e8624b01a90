/** What acts on a text or hides in it: controls, what nobody sees, unassigned and private code points, half surrogates. */
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/u;
const ALL_UNSEEN = new RegExp(UNSEEN.source, 'gu');

/** The text with everything in it made visible: `␛[31m`, `⟨U+202E⟩`. Tabs and line feeds stay. */
export function shown(text: string): string {
  if (!UNSEEN.test(text)) return text;
  return text.replace(/\r\n/g, '\n').replace(ALL_UNSEEN, (char) => {
    const code = char.codePointAt(0)!;
    // Tab, line feed, and what makes a pictogram of a sign.
    if (code === 9 || code === 10 || code === 0xfe0f) return char;
    if (code < 32) return String.fromCodePoint(0x2400 + code);
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** The same for every text in a value that came from JSON and is nobody else's, names included: texts are replaced where they are. */
export function allShown<T>(value: T): T {
  if (typeof value === 'string') return shown(value) as T;
  if (typeof value === 'object' && value !== null) {
    const parts = value as Record<string, unknown>;
    for (const key of Object.keys(parts)) {
      const part = parts[key];
      // Columns of numbers are long.
      if (typeof part === 'object' ? !(Array.isArray(part) && typeof part[0] === 'number') : typeof part === 'string')
        parts[key] = allShown(part);
      const name = shown(key);
      if (name === key) continue;
      parts[name] = parts[key];
      delete parts[key];
    }
  }
  return value;
}

/** In one line of at most `limit` characters. */
export function brief(text: string, limit: number): string {
  const line = [
    ...text
      .slice(0, limit * 4)
      .replace(/\s+/g, ' ')
      .trim(),
  ];
  return line.length > limit ? `${line.slice(0, limit - 1).join('')}…` : line.join('');
}

/** The address where it is one of the web's own, without a slash at the end; null for any other. */
export function webAddress(url: string | null): string | null {
  const parsed = url === null ? null : URL.parse(url);
  const safe = parsed !== null && /^https?:$/.test(parsed.protocol) && !parsed.username && !parsed.password;
  return safe ? parsed.href.replace(/\/+$/, '') : null;
}
