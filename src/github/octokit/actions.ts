import { HuxleyError } from '../../model/error.ts';
import type { Forge, WorkflowRun } from '../forge.ts';
import { orIfMissing, statusOf } from '../retry.ts';
import { unzipFile } from '../unzip.ts';
import type { Connection } from './connection.ts';
import { ONCE } from './octokit.ts';

type Actions = Pick<
  Forge,
  | 'dispatch'
  | 'workflowRun'
  | 'dispatchedRuns'
  | 'cancelRun'
  | 'beganWork'
  | 'runUrl'
  | 'artifacts'
  | 'readArtifact'
  | 'artifactZip'
>;

/** Workflow runs one search gives, whatever it has found (docs.github.com, "List workflow runs for a repository"). */
const MOST_FOUND = 1_000;

/** The first step of every job, which is GitHub's own: it fetches the actions. */
const SET_UP = 'Set up job';

/** Workflow runs and what they leave behind. */
export function actions({ at, pace, octokit, repository }: Connection): Actions {
  const { rest } = octokit;
  const zipOf = async (run: number, name: string, maxBytes: number): Promise<Buffer | null> => {
    const { data } = await rest.actions.listWorkflowRunArtifacts({ ...at, run_id: run, name, per_page: 10 });
    const artifact = data.artifacts.find((each) => each.name === name && !each.expired);
    if (!artifact) return null;
    if (artifact.size_in_bytes > maxBytes)
      throw new HuxleyError(
        'artifact.large',
        `Artifact ${name} is ${artifact.size_in_bytes} bytes, over ${maxBytes}.`,
        'Put fewer tasks into a job (`search.batch`).',
      );
    const zip = await rest.actions.downloadArtifact({ ...at, artifact_id: artifact.id, archive_format: 'zip' });
    return Buffer.from(zip.data as ArrayBuffer);
  };
  return {
    async dispatch(workflow, ref, given) {
      await pace('work');
      const inputs = typeof given === 'function' ? await given() : given;
      const dispatch = (extra: object) =>
        octokit.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
          ...at,
          workflow_id: workflow,
          ref,
          inputs,
          ...extra,
          request: ONCE,
        });
      try {
        const { data } = await dispatch({ return_run_details: true });
        const run = (data as { workflow_run_id?: unknown } | undefined)?.workflow_run_id;
        return typeof run === 'number' ? run : null;
      } catch (error) {
        if (statusOf(error) !== 422 || !/return[_ ]run[_ ]details/.test(String((error as Error).message))) throw error;
        await dispatch({});
        return null;
      }
    },

    async workflowRun(id) {
      const answer = await orIfMissing(rest.actions.getWorkflowRun({ ...at, run_id: id }), null);
      return answer && runOf(answer.data);
    },

    async dispatchedRuns(workflow, since) {
      const found = new Map<number, WorkflowRun>();
      // A search gives its newest thousand: the next one begins where it ended.
      for (let until = '*'; ; ) {
        const page = await octokit.paginate(rest.actions.listWorkflowRuns, {
          ...at,
          workflow_id: workflow,
          event: 'workflow_dispatch',
          created: `${since}..${until}`,
          per_page: 100,
        });
        const fresh = page.filter(({ id }) => !found.has(id));
        for (const raw of fresh) found.set(raw.id, runOf(raw));
        if (page.length < MOST_FOUND || fresh.length === 0) return [...found.values()];
        until = page.at(-1)!.created_at;
      }
    },

    async cancelRun(id) {
      try {
        await rest.actions.cancelWorkflowRun({ ...at, run_id: id });
      } catch (error) {
        if (statusOf(error) !== 409 && statusOf(error) !== 404) throw error;
      }
    },

    async beganWork(run) {
      const jobs = rest.actions.listJobsForWorkflowRun({ ...at, run_id: run, filter: 'all', per_page: 100 });
      const answer = await orIfMissing(jobs, null);
      if (answer === null) return true;
      const steps = answer.data.jobs.flatMap((job) => job.steps ?? []);
      return steps.some(
        ({ name, started_at, conclusion }) => name !== SET_UP && started_at != null && conclusion !== 'skipped',
      );
    },

    runUrl(run) {
      // api.github.com, api.<name>.ghe.com, or <host>/api/v3.
      const { baseUrl = '' } = octokit.request.endpoint.DEFAULTS;
      const pages = baseUrl.replace(/^(https?:\/\/)api\./, '$1').replace(/\/api\/v3\/?$/, '');
      return `${pages}/${repository}/actions/runs/${run}`;
    },

    async artifacts(run) {
      const all = await octokit.paginate(rest.actions.listWorkflowRunArtifacts, { ...at, run_id: run, per_page: 100 });
      return all.map(({ name, digest, expired }) => ({ name, digest: digest ?? null, expired }));
    },

    async readArtifact(run, name, maxBytes) {
      const zip = await zipOf(run, name, maxBytes);
      return zip && unzipFile(zip, 'result.json', maxBytes).toString('utf8');
    },

    artifactZip: zipOf,
  };
}

interface RawRun {
  readonly id: number;
  readonly display_title: string;
  readonly name?: string | null | undefined;
  readonly event: string;
  readonly path: string;
  readonly head_branch: string | null;
  readonly head_sha: string;
  readonly run_attempt?: number | undefined;
  readonly actor?: { readonly login: string } | null | undefined;
  readonly triggering_actor?: { readonly login: string } | null | undefined;
  readonly created_at: string;
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly html_url: string;
}

function runOf(raw: RawRun): WorkflowRun {
  return {
    id: raw.id,
    title: raw.display_title,
    event: raw.event,
    path: raw.path.replace(/@.*$/, ''),
    branch: raw.head_branch,
    headSha: raw.head_sha,
    attempt: raw.run_attempt ?? 1,
    actor: raw.actor?.login ?? null,
    triggeringActor: raw.triggering_actor?.login ?? null,
    createdAt: raw.created_at,
    queued: ['queued', 'requested', 'waiting', 'pending'].includes(raw.status ?? ''),
    completed: raw.status === 'completed',
    conclusion: raw.conclusion,
    url: raw.html_url,
  };
}
