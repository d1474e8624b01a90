import type { Registry } from '../contract/build.ts';

/** Where package managers fetch from by themselves, unless a configuration names its registries. */
const USUAL: readonly string[] = [
  'registry.npmjs.org',
  'registry.yarnpkg.com',
  'pypi.org',
  'files.pythonhosted.org',
  'index.crates.io',
  'static.crates.io',
  'proxy.golang.org',
  'sum.golang.org',
  'rubygems.org',
  'index.rubygems.org',
  'repo.maven.apache.org',
  'repo1.maven.org',
  'repo.packagist.org',
  'deb.debian.org',
  'security.debian.org',
];

/** A host that a build may read from: what is asked of it is asked of `origin`. */
export interface Source {
  /** As a build names it; `*.` at its beginning stands for one more label. */
  readonly host: string;
  /** Where it is really served, without a slash at its end; null for the host itself. */
  readonly origin: string | null;
  /** Value of the header Authorization; null for none. */
  readonly authorization: string | null;
}

/**
 * Every host a build may read from, a mirror's own name among them.
 *
 * @param secretOf the value of a secret by its name; throws where there is none
 */
export function sourcesOf(
  registries: readonly Registry[] | undefined,
  secretOf: (name: string) => string,
): readonly Source[] {
  return (registries ?? USUAL).flatMap((entry) => {
    const { host, url, token, basic } =
      typeof entry === 'string' ? ({ host: entry } as Exclude<Registry, string>) : entry;
    const authorization = token
      ? `Bearer ${secretOf(token)}`
      : basic
        ? `Basic ${Buffer.from(secretOf(basic)).toString('base64')}`
        : null;
    const origin = url?.replace(/\/+$/, '') ?? null;
    const source = { host: host.toLowerCase(), origin, authorization };
    // What a mirror answers names its own address.
    const own = origin === null ? null : new URL(origin);
    return own === null ? [source] : [source, { host: own.hostname, origin: own.origin, authorization }];
  });
}

/** The source of a host name, or null where builds may not reach it. */
export function sourceOf(sources: readonly Source[], host: string): Source | null {
  const name = host.toLowerCase().replace(/\.$/, '');
  const parent = name.slice(name.indexOf('.') + 1);
  return (
    sources.find((source) => source.host === name) ?? sources.find((source) => source.host === `*.${parent}`) ?? null
  );
}
