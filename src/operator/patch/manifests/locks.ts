/** Packages named on a pull request. */
const MOST_NAMED = 12;

interface Package {
  /** With its real name in front, where it is installed under another. */
  readonly version: string;
  /** Where it comes from and what it must be, as the lock file says. */
  readonly source: string;
  /** Whether it runs a script of its own when it is installed; null where the lock file does not say. */
  readonly script: boolean | null;
}

/** What a lock file adds, changes and drops, one note each, with versions and install scripts. Names are untrusted text. */
export function lockChanges(name: string, before: string | null, after: string | null): string[] {
  const [old, now] = [packagesOf(name, before), packagesOf(name, after)];
  if (old === null || now === null) return ['changes what is installed, in a format that is not listed here: read it'];
  const added = [...now].filter(([key]) => !old.has(key));
  const changed = [...now].filter(([key, { version }]) => old.has(key) && old.get(key)!.version !== version);
  const moved = [...now].filter(([key, { version, source }]) => {
    const before = old.get(key);
    return before !== undefined && before.version === version && before.source !== source;
  });
  const dropped = [...old.keys()].filter((key) => !now.has(key));
  const notes = [
    ...some(
      'adds',
      added.map(([key, one]) => described(key, one)),
    ),
    ...some(
      'changes',
      changed.map(([key, one]) => `${described(key, one)} (was ${shown(old.get(key)!.version)})`),
    ),
    ...some(
      'takes from elsewhere, or in another form,',
      moved.map(([key, one]) => described(key, one)),
    ),
    ...some('drops', dropped.map(shown)),
  ];
  const scripted = [...now].filter(([key, { script, version }]) => {
    const before = old.get(key);
    return script === true && (before?.script !== true || before.version !== version);
  });
  return [
    ...notes,
    ...some(
      'has install scripts:',
      scripted.map(([key]) => shown(key)),
    ),
  ];
}

function described(name: string, { version }: Package): string {
  return `${shown(name)} ${shown(version)}`;
}

function some(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length - MOST_NAMED;
  return [`${what} ${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}

function shown(text: string): string {
  return text.replace(/[^\w.\-@/+ ]/g, '?').slice(0, 80);
}

/** Packages by name (and place, where several versions are installed); null for a format that is not read here. */
function packagesOf(name: string, text: string | null): Map<string, Package> | null {
  if (text === null) return new Map();
  if (name === 'package-lock.json' || name === 'npm-shrinkwrap.json') return npmPackages(text);
  if (['uv.lock', 'poetry.lock', 'pdm.lock', 'cargo.lock'].includes(name)) return tomlPackages(text);
  return null;
}

interface NpmPackage {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly resolved?: unknown;
  readonly integrity?: unknown;
  readonly link?: unknown;
  readonly hasInstallScript?: unknown;
}

/** npm's lock files since version 2: an object of places in `node_modules`. */
function npmPackages(text: string): Map<string, Package> | null {
  try {
    const { packages } = JSON.parse(text) as { packages?: Record<string, NpmPackage> };
    if (typeof packages !== 'object' || packages === null) return null;
    const places = Object.entries(packages).filter(([place]) => place !== '');
    return new Map(
      places.map(([place, { name, version, resolved, integrity, link, hasInstallScript }]) => [
        place.replace(/^node_modules\//, ''),
        {
          version: name === undefined ? String(version) : `${name} ${version}`,
          source: JSON.stringify([resolved, integrity, link]),
          script: hasInstallScript === true,
        },
      ]),
    );
  } catch {
    return null;
  }
}

/** Tables `[[package]]` with a name and a version each. */
function tomlPackages(text: string): Map<string, Package> {
  const packages = new Map<string, Package>();
  for (const table of text.split(/^\[\[package\]\]\s*$/m).slice(1)) {
    const of = (key: string) => new RegExp(`^${key}\\s*=\\s*"([^"\n]*)"`, 'm').exec(table)?.[1];
    const [name, version] = [of('name'), of('version')];
    if (name === undefined) continue;
    // Everything else about it: its source, hashes and files, in whatever order.
    const source = table.replace(/^(dependencies|optional-dependencies)\b[\s\S]*?^\]/gm, '').trim();
    packages.set(packages.has(name) ? `${name} +` : name, { version: String(version), source, script: null });
  }
  return packages;
}
