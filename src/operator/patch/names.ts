import { skeleton } from './lookalikes.ts';
import { canonical } from './paths.ts';

/** What a name may be made of; no file system, shell or page reads it otherwise than it is shown. */
const PLAIN = /^[\p{L}\p{N}\p{M} _\-.+@()[\]{},=~!#&'^%$;]+$/u;
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/** A path as the most forgiving reader takes it: no case, compatible characters and look-alikes as one. */
function folded(path: string): string {
  return path
    .split('/')
    .map((segment) => skeleton(canonical(segment)).toLowerCase())
    .join('/');
}

/** The names of a tree, to hold new ones against. */
export class Names {
  readonly #known = new Map<string, string>();
  readonly #scripts: ReadonlySet<string>;

  constructor(paths: Iterable<string>) {
    const scripts = new Set<string>();
    for (const path of paths) {
      for (const name of withFolders(path)) if (!this.#known.has(folded(name))) this.#known.set(folded(name), name);
      for (const letter of path) if (letter > '\x7f') scripts.add(scriptOf(letter));
    }
    this.#scripts = scripts;
  }

  /** Why a path that the tree has not may not be added to it, or `null`. Adds it. */
  refuse(path: string): string | null {
    for (const segment of path.split('/')) {
      if (!PLAIN.test(segment)) return 'holds characters in its name that not every reader sees alike';
      if (/^ |[. ]$/.test(segment) || DEVICES.test(segment)) return 'has a name that some systems read as another';
      const foreign = [...segment].find(
        (letter) => letter > '\x7f' && /\p{L}/u.test(letter) && !this.#scripts.has(scriptOf(letter)),
      );
      if (foreign !== undefined && scriptOf(foreign) !== 'Latin')
        return 'has letters in its name of a script that no name in the tree has';
    }
    for (const name of withFolders(path)) {
      const known = this.#known.get(folded(name));
      if (known !== undefined && known !== name) return `has a name that is read as ${known}`;
      this.#known.set(folded(name), name);
    }
    return null;
  }
}

function withFolders(path: string): string[] {
  return path.split('/').map((_, i, segments) => segments.slice(0, i + 1).join('/'));
}

const SCRIPTS = [
  'Latin',
  'Greek',
  'Cyrillic',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Arabic',
  'Hebrew',
  'Devanagari',
  'Thai',
];
const IS_SCRIPT = SCRIPTS.map((name) => [name, new RegExp(`\\p{Script=${name}}`, 'u')] as const);

function scriptOf(letter: string): string {
  return IS_SCRIPT.find(([, is]) => is.test(letter))?.[0] ?? 'another';
}
