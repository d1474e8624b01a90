import type { GitRepository } from '../../git/repository.ts';
import type { Repository } from '../../store/rows.ts';
import type { GitHubEvent } from '../../webhook/event.ts';
import type { Actions } from '../actions.ts';
import { parseWorkflow } from '../workflow/parse.ts';
import { skipsWorkflows } from '../workflow/skip.ts';
import { isTriggered, type Trigger } from '../workflow/trigger.ts';
import { createRun, type NewRun } from './create.ts';
import { workflowFiles } from './registry.ts';

type Cause = Omit<NewRun, 'file'> & { readonly trigger: Trigger };

/** Starts the repository's own workflows on a push or a pull request, unless the job's own token caused it. */
export function startOnEvent(actions: Actions, event: GitHubEvent, payload: Readonly<Record<string, unknown>>): void {
  if (event.by?.id === actions.app.id || (event.event !== 'push' && event.event !== 'pull_request')) return;
  const git = actions.hub.git(event.repo);
  actions.scheduler.enqueue(async () => {
    const cause = event.event === 'push' ? await ofPush(git, event, payload) : await ofPull(git, event, payload);
    if (!cause || (await skips(git, cause.headSha))) return;
    for (const file of await workflowFiles(git, cause.sha)) {
      const parsed = await parseWorkflow(file.path, file.source);
      const known = actions.tables.workflows.find({ repo: event.repo.id, path: file.path });
      if (known?.state === 'disabled_manually') continue;
      if (parsed.ok ? await isTriggered(parsed.workflow, cause.trigger) : cause.event === 'push')
        await actions.scheduler.start(await createRun(actions, { ...cause, file }));
    }
  });
}

async function skips(git: GitRepository, sha: string): Promise<boolean> {
  return skipsWorkflows((await git.commit(sha))?.message ?? '');
}

async function ofPush(
  git: GitRepository,
  { repo, sender }: GitHubEvent,
  payload: Readonly<Record<string, unknown>>,
): Promise<Cause | null> {
  const { ref, before, after, deleted } = payload as { ref: string; before: string; after: string; deleted: boolean };
  if (deleted) return null;
  const commit = await git.commit(after);
  if (!commit) return null;
  const from = /^0+$/.test(before) ? commit.parents[0] : before;
  return {
    ...common(repo, sender, payload),
    event: 'push',
    ref,
    sha: after,
    headSha: after,
    headBranch: ref.replace(/^refs\/(heads|tags)\//, ''),
    pulls: [],
    title: commit.message.split('\n')[0]!,
    trigger: { event: 'push', ref, files: () => changedFiles(git, from, after) },
  };
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

/** A pull request's workflows run on the test merge of its head into its base; where that conflicts, none run. */
async function ofPull(
  git: GitRepository,
  { repo, sender }: GitHubEvent,
  payload: Readonly<Record<string, unknown>>,
): Promise<Cause | null> {
  const { action, pull_request: pull } = payload as unknown as PullPayload;
  const ref = `refs/pull/${pull.number}/merge`;
  const sha = await testMerge(git, ref, pull);
  if (sha === null) return null;
  const from = await git.mergeBase(pull.base.sha, pull.head.sha);
  return {
    ...common(repo, sender, payload),
    event: 'pull_request',
    ref,
    sha,
    headSha: pull.head.sha,
    headBranch: pull.head.ref,
    pulls: [pull.number],
    title: pull.title,
    trigger: {
      event: 'pull_request',
      action,
      base: pull.base.ref,
      files: () => changedFiles(git, from, pull.head.sha),
    },
  };
}

async function testMerge(
  git: GitRepository,
  ref: string,
  { head, base }: PullPayload['pull_request'],
): Promise<string | null> {
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
  return sha;
}

function common(repo: Repository, actor: GitHubEvent['sender'], payload: unknown) {
  return { repo, actor, payload, inputs: {} };
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
