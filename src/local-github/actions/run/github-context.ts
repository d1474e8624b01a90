import { fullName, type ServerContext } from '../../server-context.ts';
import type { Actions } from '../actions.ts';
import type { RunRow } from '../rows.ts';
import type { Contexts } from '../workflow/expression.ts';

/** The contexts `github` and `inputs` of a run, before any job of it runs. */
export function eventContext({ hub, tables }: Actions, run: RunRow): Contexts & { github: Record<string, unknown> } {
  const repo = hub.store.repositories.get(run.repo)!;
  const actor = hub.store.users.get(run.actor)!;
  const name = fullName(hub, repo);
  const payload = run.payload as { pull_request?: { head: { ref: string }; base: { ref: string } } };
  return {
    inputs: run.inputs,
    github: {
      actor: actor.login,
      actor_id: String(actor.id),
      api_url: hub.apiUrl,
      base_ref: payload.pull_request?.base.ref ?? '',
      event: run.payload,
      event_name: run.event,
      graphql_url: `${hub.apiUrl.replace(/\/v3$/, '')}/graphql`,
      head_ref: payload.pull_request?.head.ref ?? '',
      ref: run.ref,
      ref_name: run.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
      ref_protected: hub.store.protections.count({ repo: run.repo, branch: run.headBranch }) > 0,
      ref_type: run.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
      repository: name,
      repository_id: String(repo.id),
      repository_owner: name.split('/')[0],
      repository_owner_id: String(repo.owner),
      retention_days: '90',
      run_attempt: String(run.attempt),
      run_id: String(run.id),
      run_number: String(run.number),
      server_url: serverUrl(hub),
      sha: run.sha,
      triggering_actor: actor.login,
      workflow: tables.workflows.get(run.workflow)!.name,
      workflow_ref: `${name}/${run.path}@${run.ref}`,
      workflow_sha: run.sha,
    },
  };
}

/**
 * The server's address as jobs see it: under `*.localhost`, because the artifact client refuses to work with a server that
 * is neither GitHub's own nor so named. git resolves such names to the loopback interface by itself.
 */
function serverUrl(hub: ServerContext): string {
  const url = new URL(hub.url);
  if (['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) url.hostname = 'github.localhost';
  return url.origin;
}
