import type { ProbotOctokit } from 'probot';
import { HuxleyError } from '../model/error.ts';
import type { Sha } from '../model/ids.ts';
import type { Check, Comment, Forge, MergeOutcome, Permission, PullRequest, WorkflowRun } from './forge.ts';
import { mergeOnce } from './merge.ts';
import { orIfMissing, statusOf } from './retry.ts';
import { unzipFile } from './unzip.ts';

export type Octokit = InstanceType<typeof ProbotOctokit>;

export interface OctokitForgeOptions {
  readonly appId: number;
  /** Called before every content write; waits as long as the pace asks. */
  readonly pace: () => Promise<void>;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Writes that GitHub would do twice when asked twice are never retried here: the controller looks before it asks again. */
const ONCE = { retries: 0 };

/** Octokit as a forge, for one repository of one installation. */
export function octokitForge(octokit: Octokit, repository: string, options: OctokitForgeOptions): Forge {
  const { appId, pace } = options;
  const [owner, repo] = repository.split('/') as [string, string];
  const at = { owner, repo };
  const { rest } = octokit;
  const api: Forge = {
    repository,
    appId,

    async facts() {
      const { data } = await rest.repos.get(at);
      return { id: data.id, defaultBranch: data.default_branch };
    },

    async permission(login): Promise<Permission> {
      const answer = await orIfMissing(rest.repos.getCollaboratorPermissionLevel({ ...at, username: login }), null);
      const permission = answer?.data.permission;
      return permission === 'admin' || permission === 'write' || permission === 'read' ? permission : 'none';
    },

    async readFile(path, ref) {
      const answer = await orIfMissing(rest.repos.getContent({ ...at, path, ref, mediaType: { format: 'raw' } }), null);
      if (answer === null) return null;
      const data: unknown = answer.data;
      if (typeof data === 'string') return data;
      throw new HuxleyError('forge.notAFile', `${path} is not a file.`, `Make ${path} a regular file.`);
    },

    async listFiles(tree) {
      const { data } = await rest.git.getTree({ ...at, tree_sha: tree, recursive: 'true' });
      if (data.truncated)
        throw new HuxleyError(
          'forge.treeTooLarge',
          `${repository} has too many files for one listing.`,
          'Move what is not the agent (data, build products) out of the repository.',
        );
      return data.tree
        .filter(({ type }) => type === 'blob')
        .map(({ path, mode, sha }) => ({ path: path!, mode: mode!, sha: sha! }));
    },

    async branch(name) {
      const answer = await orIfMissing(rest.git.getRef({ ...at, ref: `heads/${name}` }), null);
      return answer?.data.object.sha ?? null;
    },

    async branches(prefix) {
      const refs = await octokit.paginate(rest.git.listMatchingRefs, { ...at, ref: `heads/${prefix}`, per_page: 100 });
      return new Map(refs.map(({ ref, object }) => [ref.replace(/^refs\/heads\//, ''), object.sha]));
    },

    async createBranch(name, sha) {
      await pace();
      try {
        await rest.git.createRef({ ...at, ref: `refs/heads/${name}`, sha });
      } catch (error) {
        if (statusOf(error) !== 422) throw error;
        const there = await api.branch(name);
        if (there === sha) return;
        if (there === null) throw error;
        throw new HuxleyError(
          'forge.branchTaken',
          `Branch ${name} is at ${there.slice(0, 12)}, not at ${sha.slice(0, 12)}.`,
          'Delete or rename the branch; Huxley never overwrites one.',
        );
      }
    },

    async advanceBranch(name, sha) {
      await pace();
      await rest.git.updateRef({ ...at, ref: `heads/${name}`, sha, force: false });
    },

    async deleteBranch(name) {
      await pace();
      try {
        await rest.git.deleteRef({ ...at, ref: `heads/${name}` });
      } catch (error) {
        if (statusOf(error) !== 404 && statusOf(error) !== 422) throw error;
      }
    },

    async commit(sha) {
      const { data } = await rest.git.getCommit({ ...at, commit_sha: sha });
      return {
        sha: data.sha,
        tree: data.tree.sha,
        parents: data.parents.map((parent) => parent.sha),
        message: data.message,
      };
    },

    async createTree(base, changes) {
      await pace();
      const tree = changes.map(({ path, mode, content }) => ({
        path,
        mode,
        type: 'blob' as const,
        ...(content === null ? { sha: null } : { content }),
      }));
      const { data } = await rest.git.createTree({ ...at, base_tree: base, tree });
      return data.sha;
    },

    async createCommit({ tree, parents, message, date }) {
      await pace();
      const author = { name: 'Huxley', email: `${appId}+huxley[bot]@users.noreply.github.com`, date };
      const { data } = await rest.git.createCommit({
        ...at,
        message,
        tree,
        parents: [...parents],
        author,
        committer: author,
      });
      return data.sha;
    },

    async findPull(head) {
      const { data } = await rest.pulls.list({ ...at, state: 'all', head: `${owner}:${head}`, per_page: 5 });
      return data[0] ? pullOf(data[0]) : null;
    },

    async pull(number) {
      return pullOf((await rest.pulls.get({ ...at, pull_number: number })).data);
    },

    async pulls(prefix) {
      const all = await octokit.paginate(rest.pulls.list, { ...at, state: 'all', per_page: 100 });
      return all.map(pullOf).filter(({ head }) => head.startsWith(prefix));
    },

    async openPull(draft) {
      await pace();
      const spec = { ...at, ...draft, request: ONCE };
      try {
        return pullOf((await rest.pulls.create({ ...spec, draft: true })).data);
      } catch (error) {
        if (statusOf(error) !== 422) throw error;
        const there = await api.findPull(draft.head);
        if (there) return there;
        if (!/draft/i.test(String((error as Error).message))) throw error;
        await pace();
        return pullOf((await rest.pulls.create(spec)).data);
      }
    },

    async editPull(number, { body, base, open }) {
      await pace();
      await rest.pulls.update({
        ...at,
        pull_number: number,
        ...(body === undefined ? {} : { body }),
        ...(base === undefined ? {} : { base }),
        ...(open === undefined ? {} : { state: open ? ('open' as const) : ('closed' as const) }),
      });
    },

    async markReady(number) {
      const { data } = await rest.pulls.get({ ...at, pull_number: number });
      if (!data.draft) return;
      await pace();
      await octokit.graphql(
        'mutation ($pull: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $pull }) { pullRequest { isDraft } } }',
        { pull: data.node_id },
      );
    },

    merge(number, { sha, method, title }): Promise<MergeOutcome> {
      return mergeOnce(sha, {
        sleep: options.sleep,
        async read() {
          const { data } = await rest.pulls.get({ ...at, pull_number: number, request: ONCE });
          return { ...pullOf(data), mergeable: data.mergeable, state: data.mergeable_state };
        },
        async attempt() {
          await pace();
          const { data } = await rest.pulls.merge({
            ...at,
            pull_number: number,
            sha,
            merge_method: method,
            commit_title: title,
            request: ONCE,
          });
          return data.sha;
        },
      });
    },

    async addLabel(number, label) {
      await pace();
      await rest.issues.addLabels({ ...at, issue_number: number, labels: [label] });
    },

    async commentsSince(time) {
      const all = await octokit.paginate(rest.issues.listCommentsForRepo, {
        ...at,
        since: time,
        sort: 'created',
        direction: 'asc',
        per_page: 100,
      });
      return all.map(commentOf);
    },

    async comments(issue) {
      const all = await octokit.paginate(rest.issues.listComments, { ...at, issue_number: issue, per_page: 100 });
      return all.map(commentOf);
    },

    async comment(issue, body) {
      await pace();
      return (await rest.issues.createComment({ ...at, issue_number: issue, body, request: ONCE })).data.id;
    },

    async editComment(id, body) {
      await pace();
      const answer = await orIfMissing(rest.issues.updateComment({ ...at, comment_id: id, body }), null);
      return answer !== null;
    },

    async react(comment, reaction) {
      await pace();
      await orIfMissing(rest.reactions.createForIssueComment({ ...at, comment_id: comment, content: reaction }), null);
    },

    async writeCheck(sha, check) {
      await pace();
      const { data } = await rest.checks.create({
        ...at,
        head_sha: sha,
        name: check.name,
        external_id: check.externalId,
        status: 'completed',
        conclusion: check.conclusion,
        output: outputOf(check),
        request: ONCE,
      });
      return data.id;
    },

    async checks(sha) {
      const all = await octokit.paginate(rest.checks.listForRef, {
        ...at,
        ref: sha,
        filter: 'all',
        app_id: appId,
        per_page: 100,
      });
      // The App's id is compared here as well: evidence is only what this App wrote, whatever the server filters.
      return all
        .filter((run) => run.app?.id === appId)
        .map((run) => ({
          id: run.id,
          name: run.name,
          externalId: run.external_id ?? '',
          summary: run.output.summary ?? '',
          text: run.output.text ?? '',
        }));
    },

    async dispatch(workflow, ref, inputs) {
      const dispatch = (extra: object) =>
        octokit.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
          ...at,
          workflow_id: workflow,
          ref,
          inputs,
          ...extra,
          request: ONCE,
        });
      await pace();
      try {
        const { data } = await dispatch({ return_run_details: true });
        const run = (data as { workflow_run_id?: unknown } | undefined)?.workflow_run_id;
        return typeof run === 'number' ? run : null;
      } catch (error) {
        if (statusOf(error) !== 422 || !/return_run_details/.test(String((error as Error).message))) throw error;
        await dispatch({});
        return null;
      }
    },

    async workflowRun(id) {
      const answer = await orIfMissing(rest.actions.getWorkflowRun({ ...at, run_id: id }), null);
      return answer && runOf(answer.data);
    },

    async dispatchedRuns(workflow, since) {
      const { data } = await rest.actions.listWorkflowRuns({
        ...at,
        workflow_id: workflow,
        event: 'workflow_dispatch',
        created: `>=${since}`,
        per_page: 100,
      });
      return data.workflow_runs.map(runOf);
    },

    async cancelRun(id) {
      try {
        await rest.actions.cancelWorkflowRun({ ...at, run_id: id });
      } catch (error) {
        if (statusOf(error) !== 409 && statusOf(error) !== 404) throw error;
      }
    },

    async artifacts(run) {
      const all = await octokit.paginate(rest.actions.listWorkflowRunArtifacts, { ...at, run_id: run, per_page: 100 });
      return all.map(({ name, digest, expired }) => ({ name, digest: digest ?? null, expired }));
    },

    async readArtifact(run, name, maxBytes) {
      const { data } = await rest.actions.listWorkflowRunArtifacts({ ...at, run_id: run, name, per_page: 10 });
      const artifact = data.artifacts.find((each) => each.name === name && !each.expired);
      if (!artifact) return null;
      if (artifact.size_in_bytes > maxBytes)
        throw new HuxleyError(
          'artifact.large',
          `Artifact ${name} is ${artifact.size_in_bytes} bytes, over ${maxBytes}.`,
          'Let jobs hold fewer tasks.',
        );
      const zip = await rest.actions.downloadArtifact({ ...at, artifact_id: artifact.id, archive_format: 'zip' });
      return unzipFile(Buffer.from(zip.data as ArrayBuffer), 'result.json', maxBytes).toString('utf8');
    },
  };
  return api;
}

function outputOf({ title, summary, text, annotations = [] }: Check) {
  return {
    title,
    summary,
    text,
    annotations: annotations.slice(0, 50).map(({ path, line, message }) => ({
      path,
      start_line: line,
      end_line: line,
      annotation_level: 'failure' as const,
      message,
    })),
  };
}

interface RawPull {
  readonly number: number;
  readonly head: { readonly ref: string; readonly sha: Sha };
  readonly base: { readonly ref: string };
  readonly state: string;
  readonly merged_at: string | null;
  readonly draft?: boolean | undefined;
  readonly merge_commit_sha: Sha | null;
}

function pullOf(raw: RawPull): PullRequest {
  const merged = raw.merged_at !== null;
  return {
    number: raw.number,
    head: raw.head.ref,
    headSha: raw.head.sha,
    base: raw.base.ref,
    open: raw.state === 'open',
    merged,
    draft: raw.draft === true,
    mergeSha: merged ? raw.merge_commit_sha : null,
  };
}

interface RawComment {
  readonly id: number;
  readonly issue_url: string;
  readonly body?: string | undefined;
  readonly user: { readonly login: string; readonly type: string } | null;
  readonly performed_via_github_app?: { readonly id: number } | null | undefined;
  readonly created_at: string;
  readonly updated_at: string;
}

function commentOf(raw: RawComment): Comment {
  return {
    id: raw.id,
    issue: Number(raw.issue_url.slice(raw.issue_url.lastIndexOf('/') + 1)),
    body: raw.body ?? '',
    author: raw.user?.login ?? '',
    byBot: raw.user?.type !== 'User',
    appId: raw.performed_via_github_app?.id ?? null,
    createdAt: raw.created_at,
    edited: raw.updated_at !== raw.created_at,
  };
}

interface RawRun {
  readonly id: number;
  readonly display_title: string;
  readonly name?: string | null | undefined;
  readonly event: string;
  readonly path: string;
  readonly head_branch: string | null;
  readonly status: string | null;
  readonly conclusion: string | null;
}

function runOf(raw: RawRun): WorkflowRun {
  return {
    id: raw.id,
    title: raw.display_title,
    event: raw.event,
    path: raw.path.replace(/@.*$/, ''),
    branch: raw.head_branch,
    completed: raw.status === 'completed',
    conclusion: raw.conclusion,
  };
}
