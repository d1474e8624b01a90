import type { GitRepository } from '../../git/repository.ts';
import type { GitHubEvent } from '../../webhook/event.ts';
import type { Actions } from '../actions.ts';
import type { Trigger } from '../workflow/trigger.ts';
import type { NewRun } from './create.ts';

/** Why workflows of a commit may run, and what decides which of them do. */
export type Cause = Omit<NewRun, 'file'> & { readonly trigger: Trigger };

type Payload = Readonly<Record<string, unknown>>;
type About = Pick<NewRun, 'headBranch' | 'headSha' | 'ref' | 'sha'>;

const HANDLED: Readonly<Record<string, (actions: Actions, event: GitHubEvent, payload: Payload) => Promise<Cause[]>>> =
  {
    push: ofPush,
    pull_request: ofPull,
    pull_request_review: ofReview,
    issues: (actions, event, payload) => ofIssue(actions, event, payload, 'issues'),
    issue_comment: (actions, event, payload) => ofIssue(actions, event, payload, 'issue_comment'),
    workflow_run: ofRun,
  };

export const startsRuns = (event: string): boolean => event in HANDLED;

/** What an event asks to run. */
export function causesOf(actions: Actions, event: GitHubEvent, payload: Payload): Promise<Cause[]> {
  return HANDLED[event.event]!(actions, event, payload);
}

/** The head of the default branch, as a run on it has it; `null` in an empty repository. */
export async function defaultBranch({ hub }: Actions, { repo }: Pick<GitHubEvent, 'repo'>): Promise<About | null> {
  const ref = `refs/heads/${repo.defaultBranch}`;
  const sha = await hub.git(repo).refSha(ref);
  return sha === undefined ? null : { ref, sha, headSha: sha, headBranch: repo.defaultBranch };
}

async function ofIssue(
  actions: Actions,
  event: GitHubEvent,
  payload: Payload,
  name: 'issues' | 'issue_comment',
): Promise<Cause[]> {
  const about = await defaultBranch(actions, event);
  const { title } = (payload as { issue: { title: string } }).issue;
  const trigger = { event: name, action: event.action! };
  return about ? [{ ...common(event, payload), ...about, event: name, pulls: [], title, trigger }] : [];
}

async function ofPush({ hub }: Actions, event: GitHubEvent, payload: Payload): Promise<Cause[]> {
  const git = hub.git(event.repo);
  const { ref, before, after, deleted } = payload as { ref: string; before: string; after: string; deleted: boolean };
  const commit = deleted ? null : await git.commit(after);
  if (!commit) return [];
  const from = /^0+$/.test(before) ? commit.parents[0] : before;
  return [
    {
      ...common(event, payload),
      event: 'push',
      ref,
      sha: after,
      headSha: after,
      headBranch: ref.replace(/^refs\/(heads|tags)\//, ''),
      pulls: [],
      title: commit.message.split('\n')[0]!,
      trigger: { event: 'push', ref, files: () => changedFiles(git, from, after) },
    },
  ];
}

interface PullPayload {
  readonly action: string;
  readonly pull_request: {
    readonly number: number;
    readonly title: string;
    readonly head: { readonly ref: string; readonly sha: string };
    readonly base: { readonly ref: string; readonly sha: string };
  };
}

/**
 * A pull request's workflows run on the test merge of its head into its base, and where that conflicts, none run. Those of
 * `pull_request_target` are the default branch's and run on it, whatever the base is (so since December 2025).
 */
async function ofPull(actions: Actions, event: GitHubEvent, payload: Payload): Promise<Cause[]> {
  const git = actions.hub.git(event.repo);
  const { action, pull_request: pull } = payload as unknown as PullPayload;
  const from = await git.mergeBase(pull.base.sha, pull.head.sha);
  const files = () => changedFiles(git, from, pull.head.sha);
  const causes: Cause[] = [];
  const of = (name: 'pull_request' | 'pull_request_target', at: Pick<About, 'ref' | 'sha'>) => {
    const trigger = { event: name, action, base: pull.base.ref, files };
    causes.push({ ...common(event, payload), ...aboutPull(pull), ...at, event: name, trigger });
  };
  const merge = await testMerge(git, pull);
  if (merge) of('pull_request', merge);
  const base = await defaultBranch(actions, event);
  if (base) of('pull_request_target', { ref: base.ref, sha: base.sha });
  return causes;
}

async function ofReview({ hub }: Actions, event: GitHubEvent, payload: Payload): Promise<Cause[]> {
  const { action, pull_request: pull } = payload as unknown as PullPayload;
  const merge = await testMerge(hub.git(event.repo), pull);
  const name = 'pull_request_review';
  const trigger = { event: name, action } as const;
  return merge ? [{ ...common(event, payload), ...aboutPull(pull), ...merge, event: name, trigger }] : [];
}

interface RunPayload {
  readonly action: string;
  readonly workflow_run: { readonly id: number; readonly head_branch: string };
  readonly workflow: { readonly name: string };
}

/** Runs started by runs, which GitHub follows for three levels. */
const MOST_LEVELS = 3;

async function ofRun(actions: Actions, event: GitHubEvent, payload: Payload): Promise<Cause[]> {
  const { action, workflow_run: run, workflow } = payload as unknown as RunPayload;
  const about = await defaultBranch(actions, event);
  if (!about || levelOf(actions, run.id) >= MOST_LEVELS) return [];
  const trigger = { event: 'workflow_run', action, workflow: workflow.name, branch: run.head_branch } as const;
  return [{ ...common(event, payload), ...about, event: 'workflow_run', pulls: [], title: workflow.name, trigger }];
}

/** How many runs led to this one by `workflow_run`. */
function levelOf(actions: Actions, id: number): number {
  const run = actions.tables.runs.get(id);
  return run?.event === 'workflow_run' ? 1 + levelOf(actions, (run.payload as RunPayload).workflow_run.id) : 0;
}

function aboutPull({ number, title, head }: PullPayload['pull_request']) {
  return { headSha: head.sha, headBranch: head.ref, pulls: [number], title };
}

async function testMerge(
  git: GitRepository,
  { number, head, base }: PullPayload['pull_request'],
): Promise<Pick<About, 'ref' | 'sha'> | null> {
  const ref = `refs/pull/${number}/merge`;
  const baseSha = (await git.refSha(`refs/heads/${base.ref}`)) ?? base.sha;
  const { tree } = await git.mergeTrees(baseSha, head.sha);
  if (tree === null) return null;
  const who = { name: 'GitHub', email: 'noreply@github.com', date: (await git.commit(head.sha))!.committer.date };
  const sha = await git.commitTree({
    tree,
    parents: [baseSha, head.sha],
    message: `Merge ${head.sha} into ${baseSha}`,
    author: who,
    committer: who,
  });
  await git.run(['update-ref', ref, sha]);
  return { ref, sha };
}

function common({ repo, sender }: GitHubEvent, payload: unknown) {
  return { repo, actor: sender, payload, inputs: {} };
}

async function changedFiles(git: GitRepository, from: string | undefined, to: string): Promise<string[]> {
  const args = from
    ? ['diff', '--name-only', '--no-renames', '-z', from, to]
    : ['ls-tree', '-r', '--name-only', '-z', to];
  return (await git.run(args))
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '');
}
