/** What the bot hides in what it writes, to find it again: `<!-- huxley:variant v=1 run=r41 variant=v12 -->`. */
export interface Marker {
  readonly kind: 'variant' | 'dashboard' | 'reply' | 'summary' | 'issue';
  /** Keys in lower case; values of letters, digits and `._/-` only. */
  readonly fields: Readonly<Record<string, string>>;
}

const FIELD = /^[A-Za-z0-9._/-]+$/;

export function markerToString({ kind, fields }: Marker): string {
  const words = Object.entries(fields).map(([key, value]) => {
    if (!/^[a-z]+$/.test(key) || key === 'v' || !FIELD.test(value))
      throw new RangeError(`not a marker field: ${key}=${value}`);
    return `${key}=${value}`;
  });
  return `<!-- ${[`huxley:${kind}`, 'v=1', ...words].join(' ')} -->`;
}

/** The marker at the end of a text the bot wrote, or `undefined`. The caller checks who wrote it. */
export function parseMarker(text: string): Marker | undefined {
  const found = /<!-- huxley:(variant|dashboard|reply|summary|issue) v=1((?: [a-z]+=[A-Za-z0-9._/-]+)*) -->\s*$/.exec(
    text,
  );
  if (!found) return undefined;
  const words = found[2]!.trim().split(' ').filter(Boolean);
  return {
    kind: found[1] as Marker['kind'],
    fields: Object.fromEntries(words.map((word) => word.split('=') as [string, string])),
  };
}
