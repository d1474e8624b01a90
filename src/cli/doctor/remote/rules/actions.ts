import type { Check } from '../../../../sandbox/setup/examine.ts';
import type { ActionsPolicy, RemoteFacts } from '../facts.ts';
import type { Links } from '../links.ts';
import { missing, note, ok, orOk, unseen } from './check.ts';
import { type WorkflowFile, workerJobs } from './workflow-file.ts';

const NAME = 'Actions';
const PINNED = /@[0-9a-f]{40}$/;

/** Whether Actions are on, and let through what Huxley's workflows use. */
export function actionsChecks(
  { policy, repository }: RemoteFacts,
  workflows: readonly WorkflowFile[],
  links: Links,
): readonly Check[] {
  if (!policy.known) return [unseen(NAME, policy, links.actions)];
  if (!policy.value.enabled)
    return [
      missing(NAME, 'are off: no job would run', 'Choose "Allow all actions", or those you select.', links.actions),
    ];
  const all = workflows.flatMap(({ jobs }) => jobs).flatMap(({ uses }) => uses);
  const used = [...new Set(all)].filter((name) => !/^(\.|docker:)/.test(name));
  const owner = repository.name.split('/')[0]!;
  const found = used.flatMap((action) => refused(action, owner, policy.value, links));
  if (policy.value.pinned)
    for (const action of used.filter((each) => !PINNED.test(each)))
      found.push(
        missing(
          'Actions policy',
          `${action} is not pinned, and the repository requires that`,
          'Pin it to a full commit SHA.',
          links.actions,
        ),
      );
  return orOk(found, NAME, `on, and ${used.length === 0 ? 'nothing is used yet' : `${used.join(', ')} may be used`}`);
}

function refused(action: string, owner: string, { allowed, selected }: ActionsPolicy, links: Links): Check[] {
  const name = 'Actions policy';
  const own = action.toLowerCase().startsWith(`${owner.toLowerCase()}/`);
  const remedy = `Choose "Allow select actions", and add \`${action.replace(/@.*$/, '@*')}\`.`;
  if (allowed === 'all' || own) return [];
  if (allowed === 'local_only')
    return [missing(name, `${action} may not be used: only actions of ${owner} may`, remedy, links.actions)];
  if (selected === null || !selected.known) return selected === null ? [] : [unseen(name, selected, links.actions)];
  const { githubOwned, verified, patterns } = selected.value;
  if (githubOwned && /^(actions|github)\//.test(action)) return [];
  if (patterns.some((pattern) => !pattern.startsWith('!') && covers(pattern, action))) return [];
  const detail = `${action} is not among the actions that may be used`;
  const add = `Add \`${action.replace(/@.*$/, '@*')}\` to the list.`;
  return verified
    ? [note(name, `${detail}, unless its maker is verified by GitHub`, add, links.actions)]
    : [missing(name, detail, add, links.actions)];
}

/** Whether a pattern of the settings page names an action; one of a repository names the actions in its folders, too. */
function covers(pattern: string, action: string): boolean {
  const [path, ref] = action.split('@') as [string, string];
  const whole = path.split('/').slice(0, 2).join('/');
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const matches = new RegExp(`^${source}(@.*)?$`, 'i');
  return [action, `${whole}@${ref}`].some((each) =>
    (pattern.includes('@') ? new RegExp(`^${source}$`, 'i') : matches).test(each),
  );
}

/** Labels of runners that GitHub provides everywhere. */
const HOSTED = /^(ubuntu|windows|macos)-/;

/** Whether somebody is there to take the jobs. */
export function runnerChecks({ runners }: RemoteFacts, worker: WorkflowFile | null, links: Links): readonly Check[] {
  if (worker === null) return [];
  return workerJobs(worker).map((job): Check => {
    const { labels } = job;
    if (labels === null || labels.length === 0)
      return note(
        'Runner',
        `job ${job.name} chooses its runner by an expression`,
        'Check that such a runner exists.',
        links.runners,
      );
    const wanted = labels.join(', ');
    if (labels.some((label) => HOSTED.test(label))) return ok('Runner', `GitHub’s own, ${wanted}`);
    if (!runners.known) return unseen('Runner', runners, links.runners);
    const matching = runners.value.filter((runner) =>
      labels.every((label) => runner.labels.some((each) => each.toLowerCase() === label.toLowerCase())),
    );
    const online = matching.filter((runner) => runner.online);
    if (online.length > 0) return ok('Runner', `${online.length} online with ${wanted}`);
    if (matching.length > 0)
      return missing(
        'Runner',
        `none of ${matching.length} with ${wanted} is online: ${matching.map(({ name }) => name).join(', ')}`,
        'Start one of them (`./run.sh`, or its service).',
        links.runners,
      );
    return note(
      'Runner',
      `the repository has no runner with ${wanted}. Runners of the organization, GitHub’s larger ones and scale sets do not show here`,
      'Check that one of these takes jobs of this repository, or name another as `runs-on`.',
      links.runners,
    );
  });
}
