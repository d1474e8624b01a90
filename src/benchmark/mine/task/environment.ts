import { parse } from 'smol-toml';
import { z } from 'zod';
import type { FileEntry } from '../../../model/file.ts';
import { parseJSON } from '../tests/runner.ts';

/** How what a repository depends on is installed: commands to try in turn, and the files that they see. */
export interface Installation {
  readonly commands: readonly string[];
  readonly inputs: readonly FileEntry[];
}

const NPM = '--ignore-scripts --no-audit --no-fund';
/** In which Python packages are installed; on the module path of the tests. */
export const PYTHON_MODULES = 'python_modules';
const REQUIREMENTS = /^(?:requirements(?:[-_.][\w-]+)?|[\w-]+[-_]requirements|requirements\/[\w-]+)\.txt$/;
const LOCKS: Readonly<Record<string, string>> = {
  'package-lock.json': `npm ci ${NPM}`,
  'npm-shrinkwrap.json': `npm ci ${NPM}`,
  'pnpm-lock.yaml': 'npx --yes pnpm@10 install --frozen-lockfile --ignore-scripts --config.node-linker=hoisted',
  'yarn.lock': 'npx --yes yarn@1 install --frozen-lockfile --ignore-scripts --non-interactive',
};

const packageSchema = z.looseObject({
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
  peerDependencies: z.record(z.string(), z.string()).optional(),
});
const list = z.array(z.string()).catch([]);
const projectSchema = z.object({
  project: z
    .object({ dependencies: list.default([]), 'optional-dependencies': z.record(z.string(), list).default({}) })
    .optional(),
  'dependency-groups': z
    .record(
      z.string(),
      z.array(z.unknown()).transform((all) => all.filter((one) => typeof one === 'string')),
    )
    .default({}),
});

/**
 * What a repository's own files say of its dependencies; null for none. Without a lock they are those of the time, from before the
 * commit: later ones could hold the repository itself, with the fix.
 *
 * @param own a command of the user's, instead
 * @param date the commit's day, e.g. `2026-11-30`
 */
export function installationOf(
  files: readonly FileEntry[],
  { python, own, date }: { readonly python: boolean; readonly own?: string | undefined; readonly date: string },
): Installation | null {
  if (own !== undefined) return { commands: [own], inputs: files };
  return python ? pythonOf(files) : nodeOf(files, date);
}

function nodeOf(files: readonly FileEntry[], date: string): Installation | null {
  const find = (path: string) => files.find((file) => file.path === path);
  const manifest = find('package.json');
  if (manifest === undefined) return null;
  const parsed = packageSchema.safeParse(parseJSON(Buffer.from(manifest.content).toString())).data ?? {};
  const lock = Object.keys(LOCKS).find((path) => find(path) !== undefined);
  if (lock !== undefined) return { commands: [LOCKS[lock]!], inputs: files };
  const { dependencies, devDependencies, optionalDependencies, peerDependencies, overrides } = parsed;
  const needs = { dependencies, devDependencies, optionalDependencies, peerDependencies, overrides };
  if (Object.values(needs).every((some) => some === undefined || Object.keys(some as object).length === 0)) return null;
  // Without what differs from commit to commit: the same dependencies are one image.
  const content = Buffer.from(JSON.stringify({ name: 'mined', private: true, ...needs }));
  const npm = (before: string) => `npm install ${NPM} --no-package-lock --before=${before}`;
  return {
    commands: [...new Set([npm(quarterOf(date)), npm(date), `${npm(date)} --force`])],
    inputs: [{ path: 'package.json', content, executable: false }],
  };
}

/** The first day of a date's quarter. */
function quarterOf(date: string): string {
  const month = Math.floor((Number(date.slice(5, 7)) - 1) / 3) * 3 + 1;
  return `${date.slice(0, 4)}-${String(month).padStart(2, '0')}-01`;
}

function pythonOf(files: readonly FileEntry[]): Installation | null {
  const requirements = files.map(({ path }) => path).filter((path) => REQUIREMENTS.test(path) && !/doc/.test(path));
  const project = files.find(({ path }) => path === 'pyproject.toml');
  const named = project === undefined ? [] : dependenciesOf(Buffer.from(project.content).toString());
  if (requirements.length + named.length === 0) return null;
  const words = [...requirements.flatMap((path) => ['-r', path]), ...named].map(
    (word) => `'${word.replaceAll("'", `'\\''`)}'`,
  );
  return {
    commands: [`python3 -m venv /tmp/venv && /tmp/venv/bin/pip install --target=${PYTHON_MODULES} ${words.join(' ')}`],
    inputs: files.filter(({ path }) => REQUIREMENTS.test(path)),
  };
}

function dependenciesOf(text: string): readonly string[] {
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch {
    return [];
  }
  const data = projectSchema.safeParse(parsed).data;
  const forTests = (groups: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(groups).flatMap(([name, all]) => (/^(?:tests?|testing|dev)$/.test(name) ? all : []));
  return [
    ...(data?.project?.dependencies ?? []),
    ...forTests(data?.project?.['optional-dependencies'] ?? {}),
    ...forTests(data?.['dependency-groups'] ?? {}),
  ].filter((one) => !one.startsWith('-'));
}
