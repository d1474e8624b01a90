import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { CONFIGURATION_PATH } from '../../../config/configuration.ts';
import { projectPath } from '../../../environment/project.ts';
import { WORKFLOW_PATH } from '../../../run/work/workflow.ts';
import type { Check } from '../../../sandbox/setup/examine.ts';
import { KEY_SECRET } from '../../github/names.ts';
import type { Origin } from '../../github/user.ts';
import { examineCheckout } from '../checkout.ts';
import { tryDispatch } from './dispatch.ts';
import type { Files } from './facts.ts';
import { type Links, linksOf } from './links.ts';
import { type AppAccess, openAccess } from './read/access.ts';
import { readApp } from './read/app.ts';
import { readFacts, readRepository } from './read/facts.ts';
import { fetchFiles } from './read/files.ts';
import { Reader } from './read/reader.ts';
import type { Manifest } from './rules/app.ts';
import { missing, note, unseen } from './rules/check.ts';
import { environmentOf, type Read, readFiles, remoteChecks, signedByApp, workflowPaths } from './rules/rules.ts';

const WORKFLOWS = '.github/workflows';

/** Having a worker look. */
export interface Trial {
  /** Whether it was asked for. */
  readonly wanted: boolean;
  /** Asks a person where it was not and can be done; null where nobody is there to ask. */
  readonly ask: ((checks: readonly Check[]) => Promise<boolean>) | null;
  /** The signal that cancels it; called when it begins. */
  readonly begin: () => AbortSignal;
  readonly report: (line: string) => void;
}

/** What a run of a repository on GitHub would stumble over: its settings, its files, its App. Writes nothing but the order of a trial. */
export async function examineRemote(
  origin: Origin,
  env: NodeJS.ProcessEnv,
  trial: Trial | null = null,
): Promise<readonly Check[]> {
  const { user, app, trouble } = await openAccess(origin, env);
  const said = trouble === null ? [] : [trouble];
  const asApp = app?.installation ? [app.installation] : [];
  const clients = [...(user ? [user] : []), ...asApp];
  const links = linksOf(origin, 'main');
  if (clients.length === 0)
    return [
      ...said,
      missing(
        'Access',
        `you have no token here${app === null ? '' : ', and GitHub gives the App none for this repository'}`,
        'Sign in with `gh auth login`, or set GH_TOKEN.',
        `${origin.webURL}/settings/personal-access-tokens/new`,
      ),
    ];
  const reader = new Reader(origin.repository, clients);
  const repository = await readRepository(reader);
  if (!repository.known) return [...said, unreadable(repository.status, repository.why, origin, links)];
  const { id, defaultBranch } = repository.value;
  const appFacts = app === null ? null : await readApp(reader, app.client, id);
  const fetched = await fetchFiles(reader, defaultBranch);
  const branchLinks = linksOf(origin, defaultBranch);
  await using files = fetched.known ? fetched.value : null;
  const read = readFiles(files === null ? {} : textsOf(files.folder), CONFIGURATION_PATH);
  const facts = await readFacts(
    reader,
    origin,
    repository.value,
    { environment: environmentOf(read) ?? 'huxley', workflows: workflowPaths(read), asApp },
    appFacts,
  );
  // Without a server, and without an App, orders are signed with another key.
  const signs = signedByApp(read, facts);
  const checks = [
    ...said,
    ...remoteChecks(facts, read, manifest()).filter(({ name }) => trouble === null || name !== 'App'),
    ...(fetched.known
      ? await fileChecks(fetched.value.folder, signs ? app?.privateKey : undefined, branchLinks)
      : [unseen('Files', fetched, branchLinks.home)]),
  ];
  return trial === null
    ? checks
    : [...checks, ...(await trialChecks(trial, checks, { app, signs, read, origin, links: branchLinks }))];
}

interface TrialParts {
  readonly app: AppAccess | null;
  readonly signs: boolean;
  readonly read: Read;
  readonly origin: Origin;
  readonly links: Links;
}

async function trialChecks(
  { wanted, ask, begin, report }: Trial,
  checks: readonly Check[],
  { app, signs, read: { configuration }, origin: { repository }, links }: TrialParts,
): Promise<readonly Check[]> {
  const link = links.workflow(WORKFLOW_PATH);
  const put = (why: string, remedy: string) => (wanted ? [note('Dispatch', `not made: ${why}`, remedy, link)] : []);
  if (!signs)
    return put(
      `orders here are signed with ${KEY_SECRET}, which only its workflow can read`,
      'Comment `/huxley run` on an issue: the first job of a run checks the same.',
    );
  if (app?.installation == null)
    return put(
      app === null ? 'an order is signed with the App’s key, which is not here' : 'the App is not installed here',
      'Set APP_ID and PRIVATE_KEY of an App that is installed on the repository.',
    );
  if (configuration === null) return put('there is no usable configuration', 'Correct it first.');
  if (!wanted && !(await ask?.(checks))) return [];
  const { probot, privateKey } = app;
  return tryDispatch({ probot, privateKey, repository, configuration, link, signal: begin(), report });
}

function unreadable(status: number | null, why: string, { repository }: Origin, { home }: Links): Check {
  return status === 404 || status === 401 || status === 403
    ? missing(
        'Repository',
        `${repository} cannot be read: ${why}`,
        'Check that the name is right and that your token reaches it (Metadata: read; for a classic token, scope `repo`).',
        home,
      )
    : missing('Repository', `${repository} cannot be read: ${why}`, 'Try again; githubstatus.com lists outages.', home);
}

/** Configuration and workflows by path. */
function textsOf(folder: string): Files {
  const workflows = existsSync(join(folder, WORKFLOWS)) ? readdirSync(join(folder, WORKFLOWS)) : [];
  const paths = [CONFIGURATION_PATH, ...workflows.map((name) => `${WORKFLOWS}/${name}`)];
  const there = paths.filter((path) => existsSync(join(folder, path)));
  return Object.fromEntries(there.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** What the files alone tell, with the page on which each is edited. */
async function fileChecks(folder: string, privateKey: string | undefined, links: Links): Promise<readonly Check[]> {
  if (!existsSync(join(folder, CONFIGURATION_PATH)))
    return [
      missing(
        'Configuration',
        `${CONFIGURATION_PATH} is not on the default branch`,
        'Copy it from the starter agent, and say how your agent is run (docs/configuration.md).',
        links.create(CONFIGURATION_PATH),
      ),
      ...(existsSync(join(folder, WORKFLOW_PATH))
        ? []
        : [
            missing(
              'Workflow',
              `${WORKFLOW_PATH} is not on the default branch`,
              'Copy it from the starter agent; every job runs in it.',
              links.create(WORKFLOW_PATH),
            ),
          ]),
    ];
  const checks = await examineCheckout(folder, privateKey === undefined ? null : { PRIVATE_KEY: privateKey });
  return checks.map((check) => {
    if (check.state === 'ok') return check;
    const [named] = /[\w./-]+\.ya?ml/.exec(check.detail) ?? [];
    const path = named ?? CONFIGURATION_PATH;
    const there = existsSync(join(folder, path));
    return { ...check, link: there ? links.edit(path) : links.create(path) };
  });
}

function manifest(): Manifest {
  const asked = z
    .object({ default_permissions: z.record(z.string(), z.string()), default_events: z.array(z.string()) })
    .parse(parse(readFileSync(projectPath('app.yml'), 'utf8')));
  return { permissions: asked.default_permissions, events: asked.default_events };
}
