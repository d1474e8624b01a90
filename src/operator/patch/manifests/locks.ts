/** Packages named on a pull request. */
const MOST_NAMED = 12;

interface Package {
  readonly version: string;
  /** Whether it runs a script of its own when it is installed; null where the lock file does not say. */
  readonly script: boolean | null;
}

/** What a lock file adds, changes and drops, one note each, with versions and install scripts. Names are untrusted text. */
export function lockChanges(name: string, before: string | null, after: string | null): string[] {
  const [old, now] = [packagesOf(name, before), packagesOf(name, after)];
  if (old === null || now === null) return ['changes what is installed, in a format that is not listed here: read it'];
  const added = [...now].filter(([key]) => !old.has(key));
  const changed = [...now].filter(([key, { version }]) => old.has(key) && old.get(key)!.version !== version);
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
    ...some('drops', dropped.map(shown)),
  ];
  const scripted = [...added, ...changed].filter(([, { script }]) => script === true);
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

/** npm's lock files since version 2: an object of places in `node_modules`. */
function npmPackages(text: string): Map<string, Package> | null {
  try {
    const { packages } = JSON.parse(text) as {
      packages?: Record<string, { version?: unknown; hasInstallScript?: unknown }>;
    };
    if (typeof packages !== 'object' || packages === null) return null;
    return new Map(
      Object.entries(packages).flatMap(([place, { version, hasInstallScript }]) =>
        place === ''
          ? []
          : [[place.replace(/^node_modules\//, ''), { version: String(version), script: hasInstallScript === true }]],
      ),
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
    if (name !== undefined)
      packages.set(packages.has(name) ? `${name} +` : name, { version: String(version), script: null });
  }
  return packages;
}
