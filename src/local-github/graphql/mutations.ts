import { authorize, parseAccess } from '../auth/access.ts';
import type { Context } from '../http/operation.ts';
import { perform } from '../http/perform.ts';
import { parseNodeId } from '../present/schema.ts';
import { setDraft } from '../pull/draft.ts';
import { PULLS } from '../rest/discussion/pulls.ts';
import { CHECKS } from '../rest/repository/checks.ts';
import { GIT_DATA } from '../rest/repository/git-data.ts';
import { REFS } from '../rest/repository/refs.ts';
import { fullName, repositoryNamed } from '../server-context.ts';
import type { Repository } from '../store/rows.ts';
import type { Value } from './parse.ts';
import { type Fields, missing, pullByNode, pullFields, QueryError } from './pull.ts';

type Input = Readonly<Record<string, Value>>;

const REST = new Map([...CHECKS, ...GIT_DATA, ...PULLS, ...REFS].map((operation) => [operation.route, operation]));

/** The changes that can be made by GraphQL. What REST offers too is done by its operation, under its rules and faults. */
export function mutations(context: Context<unknown>): Fields {
  const { hub, store, actor } = context;
  const draft = (value: boolean) => async (input: Input) => {
    const { repo, pull } = pullByNode(context, input.pullRequestId);
    authorize(store, actor, parseAccess('pull_requests:write'), repo);
    return hub.locks.run(repo.id, async () => {
      if (!pull.open) throw new QueryError('UNPROCESSABLE', 'Pull request is closed');
      const changed = await setDraft(hub, repo, actor, store.pulls.get(pull.id)!, value);
      return { pullRequest: pullFields(context, repo, changed) };
    });
  };
  const rest = (route: string, repo: Repository, body: object, params: Record<string, string> = {}) =>
    byRest(context, route, repo, body, params);
  const all: Record<string, (input: Input) => Promise<Fields>> = {
    markPullRequestReadyForReview: draft(false),
    convertPullRequestToDraft: draft(true),

    async createRef({ repositoryId, name, oid }) {
      const repo = repositoryByNode(context, repositoryId);
      await rest('POST /repos/{owner}/{repo}/git/refs', repo, { ref: name, sha: oid });
      return { ref: { name: String(name).replace(/^refs\/heads\//, '') } };
    },

    async createCommitOnBranch({ branch, message, expectedHeadOid, fileChanges }) {
      const { repositoryNameWithOwner, branchName } = branch as Input;
      const [owner, name] = String(repositoryNameWithOwner).split('/');
      const repo = repositoryNamed(hub, owner!, name!);
      if (repo === undefined) throw missing(repositoryNameWithOwner);
      const head = await hub.git(repo).refSha(`refs/heads/${branchName}`);
      if (head !== expectedHeadOid)
        throw new QueryError('STALE_DATA', `Expected branch to point to "${head}" but it did not. Pull and try again.`);
      const { additions = [], deletions = [] } = fileChanges as { additions?: Input[]; deletions?: Input[] };
      const { headline, body } = message as Input;
      const tree = await rest('POST /repos/{owner}/{repo}/git/trees', repo, {
        base_tree: head,
        tree: [
          ...additions.map(({ path, contents }) => ({
            path,
            content: Buffer.from(String(contents), 'base64').toString('utf8'),
          })),
          ...deletions.map(({ path }) => ({ path, sha: null })),
        ],
      });
      const { sha } = await rest('POST /repos/{owner}/{repo}/git/commits', repo, {
        message: [headline, body].filter(Boolean).join('\n\n'),
        tree: tree.sha,
        parents: [head],
      });
      await rest('PATCH /repos/{owner}/{repo}/git/refs/{ref}', repo, { sha }, { ref: `heads/${branchName}` });
      return { commit: { oid: sha, tree: { oid: tree.sha } } };
    },

    async createCheckRun(input) {
      const repo = repositoryByNode(context, input.repositoryId);
      const { title, summary, text, annotations = [] } = (input.output ?? {}) as Input;
      const made = await rest('POST /repos/{owner}/{repo}/check-runs', repo, {
        name: input.name,
        head_sha: input.headSha,
        external_id: input.externalId,
        ...(input.status === undefined ? {} : { status: String(input.status).toLowerCase() }),
        ...(input.conclusion === undefined ? {} : { conclusion: String(input.conclusion).toLowerCase() }),
        output: {
          title,
          summary,
          text,
          annotations: (annotations as readonly Input[]).map(({ path, location, annotationLevel, message }) => ({
            path,
            start_line: (location as Input).startLine,
            end_line: (location as Input).endLine,
            annotation_level: String(annotationLevel).toLowerCase(),
            message,
          })),
        },
      });
      return { checkRun: { databaseId: made.id } };
    },

    async createPullRequest({ repositoryId, baseRefName, headRefName, title, body, draft }) {
      const repo = repositoryByNode(context, repositoryId);
      const { number } = await rest('POST /repos/{owner}/{repo}/pulls', repo, {
        ...{ title, body, draft },
        ...{ base: baseRefName, head: headRefName },
      });
      return { pullRequest: pullFields(context, repo, store.pulls.find({ repo: repo.id, number: Number(number) })!) };
    },

    async updatePullRequest({ pullRequestId, title, body, baseRefName, state }) {
      const { repo, pull } = pullByNode(context, pullRequestId);
      const change = {
        ...(title === undefined ? {} : { title }),
        ...(body === undefined ? {} : { body }),
        ...(baseRefName === undefined ? {} : { base: baseRefName }),
        ...(state === undefined ? {} : { state: String(state).toLowerCase() }),
      };
      const params = { pull_number: String(pull.number) };
      await rest('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', repo, change, params);
      return { pullRequest: pullFields(context, repo, store.pulls.get(pull.id)!) };
    },
  };
  return Object.fromEntries(
    Object.entries(all).map(([field, change]) => [
      field,
      async ({ input }: Readonly<Record<string, Value>>) => ({
        clientMutationId: (input as Input).clientMutationId ?? null,
        ...(await change(input as Input)),
      }),
    ]),
  );
}

function repositoryByNode({ store }: Context<unknown>, id: unknown): Repository {
  const number = parseNodeId('R', String(id));
  const repo = number === undefined ? undefined : store.repositories.get(number);
  if (repo === undefined) throw missing(id);
  return repo;
}

/** Does what a REST operation does, as if it had been asked by the same caller; gives its body. */
async function byRest(
  { hub, actor }: Context<unknown>,
  route: string,
  repo: Repository,
  raw: object,
  more: Record<string, string>,
): Promise<Record<string, Value>> {
  const operation = REST.get(route as never)!;
  const [owner, name] = fullName(hub, repo).split('/') as [string, string];
  const params: Record<string, string> = { owner, repo: name, ...more };
  const path = route.replace(/^\w+ /, '').replace(/\{(\w+)\}/g, (_, key) => params[key]!);
  const asked = { params, path, query: new URLSearchParams(), headers: {} };
  const operate = () => perform(hub, actor, operation, asked, raw);
  const reply = await hub.injector.around(hub, operation.route, actor, `${route} by GraphQL ${path}`, operate);
  return reply.body as Record<string, Value>;
}
