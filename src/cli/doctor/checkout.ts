import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfiguration } from '../../config/configuration.ts';
import { otherServices, riskyWorkflows } from '../../config/risky-workflows.ts';
import type { Check } from '../../sandbox/setup/examine.ts';
import { examineRepository } from './repository.ts';

/** Everything a checkout of an agent's repository tells; nothing where it holds no `.github/huxley.yml`. `env` may lead to the App's key. */
export async function examineCheckout(
  folder: string,
  env: NodeJS.ProcessEnv | null = process.env,
): Promise<readonly Check[]> {
  return [
    ...(await examineRepository(folder, env)),
    ...workflowChecks(folder),
    ...serviceChecks(folder),
    ...mergeChecks(folder),
  ];
}

const WORKFLOWS = '.github/workflows';

/** Workflows of a repository that would run variants all the same; none where it holds no `.github/huxley.yml`. */
function workflowChecks(repository: string): Check[] {
  const folder = join(repository, WORKFLOWS);
  if (!existsSync(join(repository, '.github/huxley.yml')) || !existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  const texts = Object.fromEntries(
    names.map((name) => [`${WORKFLOWS}/${name}`, readFileSync(join(folder, name), 'utf8')]),
  );
  const found = riskyWorkflows(texts);
  const pinned = Object.entries(texts).flatMap(([path, text]) => unpinnedActions(path, text));
  if (found.length === 0)
    return [
      ...pinned,
      {
        name: 'Workflows',
        state: 'ok',
        detail: `${names.length} looked at; none starts on an unread variant`,
        remedy: null,
      },
    ];
  const risky = found.map(
    ({ path, why }): Check => ({
      name: 'Workflows',
      state: 'note',
      detail: `${path}: ${why}`,
      remedy:
        "Leave out Huxley's branches: `if: ${{ !startsWith(github.head_ref || github.ref_name, 'huxley/') }}` on its jobs.",
    }),
  );
  return [...pinned, ...risky];
}

/** CI services besides Actions; their files lie at the top or one folder below. */
function serviceChecks(repository: string): Check[] {
  if (!existsSync(join(repository, '.github/huxley.yml'))) return [];
  const paths = readdirSync(repository, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules'
      ? readdirSync(join(repository, entry.name)).map((name) => `${entry.name}/${name}`)
      : [entry.name],
  );
  return otherServices(paths).map(({ path, why }) => ({
    name: 'Other CI',
    state: 'note',
    detail: `${path}: ${why}`,
    remedy: 'Have it leave out branches that begin with huxley/, in its own settings.',
  }));
}

/** Merging without a person. */
function mergeChecks(repository: string): Check[] {
  const path = join(repository, '.github/huxley.yml');
  const reading = existsSync(path) ? readConfiguration(readFileSync(path, 'utf8')) : undefined;
  if (!reading?.ok || reading.configuration.merge.mode !== 'auto') return [];
  return [
    {
      name: 'Merging',
      state: 'note',
      detail:
        '`merge.mode: auto`: your CI runs, with its secrets, on a variant that nobody has read, and it is merged when all of it passes',
      remedy: 'Use `manual` if you do not want that: then both wait for an approval or `/huxley promote`.',
    },
  ];
}

/** Uses of the Huxley action by a name that can come to mean other code. */
function unpinnedActions(path: string, text: string): Check[] {
  return [...text.matchAll(/uses:\s*['"]?([\w.-]+\/[\w.-]+\/action(?:\/controller)?)@([\w./-]+)/g)]
    .filter(([, , ref]) => !/^[0-9a-f]{40}$/.test(ref!))
    .map(([, action, ref]) => ({
      name: 'Action',
      state: 'note',
      detail: `${path} uses ${action}@${ref}, which can change, and holds the model key`,
      remedy: 'Pin it to the commit that the notes of a Huxley release name.',
    }));
}
