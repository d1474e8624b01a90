import { repositoryOf } from '../../present/repository.ts';
import { nodeId, type Schema } from '../../present/schema.ts';
import { userById } from '../../present/user.ts';
import { fullName } from '../../server-context.ts';
import type { Repository } from '../../store/rows.ts';
import type { Actions } from '../actions.ts';
import type { RunRow } from '../rows.ts';

export async function runOf(actions: Actions, run: RunRow): Promise<Schema<'workflow-run'>> {
  const { hub, tables } = actions;
  const repo = hub.store.repositories.get(run.repo)!;
  const name = fullName(hub, repo);
  const url = `${hub.apiUrl}/repos/${name}/actions/runs/${run.id}`;
  const repository = repositoryOf(hub, repo) as Schema<'minimal-repository'>;
  const actor = userById(hub, run.actor);
  return {
    id: run.id,
    name: tables.workflows.get(run.workflow)!.name,
    node_id: nodeId('WFR', run.id),
    check_suite_id: run.suite,
    check_suite_node_id: nodeId('CS', run.suite),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.path,
    display_title: run.title,
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflow,
    url,
    html_url: `${hub.url}/${name}/actions/runs/${run.id}`,
    pull_requests: run.pulls.map((number) => pullOf(actions, repo, number)),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.startedAt,
    actor,
    triggering_actor: actor,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${hub.apiUrl}/repos/${name}/check-suites/${run.suite}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${hub.apiUrl}/repos/${name}/actions/workflows/${run.workflow}`,
    head_commit: await commitOf(actions, repo, run.headSha),
    repository,
    head_repository: repository,
    referenced_workflows: [],
  };
}

async function commitOf({ hub }: Actions, repo: Repository, sha: string): Promise<Schema<'nullable-simple-commit'>> {
  const commit = await hub.git(repo).commit(sha);
  if (!commit) return null;
  const who = ({ name, email }: { name: string; email: string }) => ({ name, email });
  return {
    id: sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    author: who(commit.author),
    committer: who(commit.committer),
  };
}

function pullOf({ hub }: Actions, repo: Repository, number: number): Schema<'pull-request-minimal'> {
  const pull = hub.store.pulls.find({ repo: repo.id, number })!;
  const url = `${hub.apiUrl}/repos/${fullName(hub, repo)}`;
  const side = (ref: string, sha: string) => ({ ref, sha, repo: { id: repo.id, url, name: repo.name } });
  return {
    id: pull.id,
    number,
    url: `${url}/pulls/${number}`,
    head: side(pull.headRef, pull.headSha),
    base: side(pull.baseRef, pull.baseSha),
  };
}
