/** A manifest as data: each key by its full name, with its value as it is written. */
export type Keys = ReadonlyMap<string, string>;

/** The keys of a JSON object, two levels deep; `null` where it is none. */
export function jsonKeys(text: string): Keys | null {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return new Map(
      Object.entries(value).flatMap(([key, inner]): [string, string][] =>
        typeof inner === 'object' && inner !== null && !Array.isArray(inner) && Object.keys(inner).length > 0
          ? Object.entries(inner).map(([name, one]) => [`${key}.${name}`, canonical(one)])
          : [[key, canonical(inner)]],
      ),
    );
  } catch {
    return null;
  }
}

/** A value in one spelling: keys of objects in order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join()}}`;
}

/** The keys of a TOML text; `null` where it is written in a way that is not read here. */
export function tomlKeys(text: string): Keys | null {
  const keys = new Map<string, string>();
  let table = '';
  const lines = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (/^\s*(#.*)?$/.test(line)) continue;
    const header = /^\s*(\[\[?)\s*([\w.\-"' ]+?)\s*\]\]?\s*(#.*)?$/.exec(line);
    if (header) {
      table = `${plainKey(header[2]!)}${header[1] === '[[' ? `[${i}]` : ''}`;
      continue;
    }
    const [, name, start] = /^\s*([\w.\-"' ]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || start === undefined) return null;
    let value = start;
    while (!isWhole(value)) {
      if (++i >= lines.length) return null;
      value += `\n${lines[i]}`;
    }
    const key = [table, plainKey(name)].filter((part) => part !== '').join('.');
    if (keys.has(key)) return null;
    keys.set(key, value.trim());
  }
  return keys;
}

function plainKey(name: string): string {
  return name.replace(/["'\s]/g, '');
}

/** Whether quotes and brackets of a value are closed. */
function isWhole(value: string): boolean {
  const bare = value
    .replace(/"""[\s\S]*?"""|'''[\s\S]*?'''/g, '')
    .replace(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/g, '')
    .replace(/#.*/g, '');
  if (/["']/.test(bare)) return false;
  return bare.split(/[[{]/).length === bare.split(/[\]}]/).length;
}

/** The keys of an INI text as Python's configparser reads it. */
export function iniKeys(text: string): Keys | null {
  const keys = new Map<string, string>();
  let section = '';
  let last: string | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\r$/, '');
    if (/^\s*([#;].*)?$/.test(line)) continue;
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    const [, name, value] = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (header !== undefined) section = header.trim().toLowerCase();
    else if (/^\s/.test(line) && last !== undefined) keys.set(last, `${keys.get(last)}\n${line.trim()}`);
    else if (name !== undefined) {
      last = `${section}.${name.toLowerCase()}`;
      if (keys.has(last)) return null;
      keys.set(last, value!);
    } else return null;
    if (header !== undefined) last = undefined;
  }
  return keys;
}

/** Lines that are no comment, each a key of its own, as lists of requirements have them. */
export function lineKeys(text: string): Keys {
  const lines = text.split('\n').map((line) => line.replace(/(^|\s)(#|\/\/).*$/, '').trim());
  return new Map(lines.filter((line) => line !== '').map((line, i) => [`line ${i + 1}`, line]));
}

/** Names of keys that differ. */
export function differing(before: Keys, after: Keys): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));
}
