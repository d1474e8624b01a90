import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from '../../../config/schema.ts';
import { CLIS, type CliName, cliAgent, HARNESS } from '../cli-agent.ts';
import type { WantedFile } from './files.ts';
import { STARTER_SUITE, starterSuite } from './starter-suite.ts';

/** The CLI that a configuration starts as a set-up has it: by its script where that is there, else by what variants may change; null for none. */
export function configuredCli(root: string, { agent, allow }: Configuration): CliName | null {
  const names = (Object.keys(CLIS) as CliName[]).filter((name) => cliAgent(name).solve === agent.solve);
  const script = join(root, HARNESS, 'run.sh');
  const text = existsSync(script) ? readFileSync(script, 'utf8') : null;
  const starts = (name: CliName) =>
    text === null
      ? CLIS[name].allow.some((glob) => allow.includes(glob))
      : new RegExp(`^exec ${CLIS[name].binary}\\b`, 'm').test(text);
  return names.find(starts) ?? null;
}

/**
 * Files that a configuration names and a set-up writes: how a CLI is started, and starter tasks. What was committed before belongs to
 * its owner, whatever it is now.
 * @param committed paths that the last commit has; none where the configuration is new
 */
export function namedFiles(
  root: string,
  { cli, suite }: { readonly cli: CliName | null; readonly suite: string },
  committed: ReadonlySet<string>,
): readonly WantedFile[] {
  const files = { ...(cli === null ? {} : cliAgent(cli).files), ...(suite === STARTER_SUITE ? starters(root) : {}) };
  const isTheirs = (path: string) => committed.has(path) && existsSync(join(root, path));
  const hasTasks = [...committed].some((path) => path.startsWith(`${STARTER_SUITE}/`));
  return Object.entries(files)
    .filter(([path]) => !(path.startsWith(`${STARTER_SUITE}/`) ? hasTasks : isTheirs(path)))
    .map(([path, text]) => ({ path, text }));
}

/** All of them where no task is there yet; else those that are there, which an earlier set-up wrote. */
function starters(root: string): Readonly<Record<string, string>> {
  const folder = join(root, STARTER_SUITE);
  const all = starterSuite();
  if (!existsSync(folder) || readdirSync(folder).length === 0) return all;
  return Object.fromEntries(
    Object.entries(all).filter(([path]) => existsSync(join(root, path.split('/').slice(0, 2).join('/')))),
  );
}
