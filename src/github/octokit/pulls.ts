import { HuxleyError } from '../../model/error.ts';
import type { Sha } from '../../model/ids.ts';
import type { Forge, MergeOutcome, PullRequest, PullRequestDraft } from '../forge.ts';
import { mergeOnce } from '../merge.ts';
import { asGraphqlRefusal } from '../refusal.ts';
import { orIfMissing, statusOf } from '../retry.ts';
import type { Connection } from './connection.ts';
import type { Mutations } from './mutations.ts';
import { ONCE } from './octokit.ts';

type Pulls = Pick<Forge, 'findPull' | 'pull' | 'pulls' | 'openPull' | 'editPull' | 'markReady' | 'merge'>;

/** Stands for a draft where the server has none. */
const DRAFT_LABEL = 'huxley: draft';

/** Pull requests. */
export function pulls({ at, bot, pace, frugal, mutations, sleep, octokit }: Connection): Pulls {
  const { rest } = octokit;
  const pullOf = (raw: RawPull) => pullFrom(raw, bot);
  const api: Pulls = {
    async findPull(head) {
      const all = await octokit.paginate(rest.pulls.list, {
        ...at,
        state: 'all',
        head: `${at.owner}:${head}`,
        sort: 'created',
        direction: 'asc',
        per_page: 100,
      });
      return all.map(pullOf).find((pull) => pull.own && pull.head === head) ?? null;
    },

    async pull(number) {
      return pullOf((await rest.pulls.get({ ...at, pull_number: number })).data);
    },

    async pulls(prefix, since) {
      const request = { ...at, state: 'all' as const, per_page: 100 };
      const latest = { sort: 'updated' as const, direction: 'desc' as const };
      const all = since
        ? await octokit.paginate(rest.pulls.list, { ...request, ...latest }, ({ data }, done) => {
            const changed = data.filter(({ updated_at }) => Date.parse(updated_at) >= since.getTime());
            if (changed.length < data.length) done();
            return changed;
          })
        : await octokit.paginate(rest.pulls.list, request);
      return all.map(pullOf).filter(({ own, head }) => own && head.startsWith(prefix));
    },

    async openPull(draft) {
      const spec = { ...at, ...draft, request: ONCE };
      try {
        if (frugal()) return await openWithOthers(mutations, draft, bot);
        await pace('evidence');
        return pullOf((await rest.pulls.create({ ...spec, draft: true })).data);
      } catch (error) {
        if (statusOf(error) !== 422) throw error;
        const there = await api.findPull(draft.head);
        if (there?.open && there.base === draft.base) return there;
        if (/pull request already exists/i.test(String((error as Error).message))) throw taken(draft);
        if (!/draft/i.test(String((error as Error).message))) throw error;
        await pace('evidence');
        const { data } = await rest.pulls.create(spec);
        await pace('evidence');
        await rest.issues.addLabels({ ...at, issue_number: data.number, labels: [DRAFT_LABEL] });
        return pullOf(data);
      }
    },

    async editPull(number, { title, body, base, open }) {
      const kind = base === undefined && open === undefined ? 'edit' : 'evidence';
      if (frugal()) {
        const { data } = await rest.pulls.get({ ...at, pull_number: number });
        const input = {
          pullRequestId: data.node_id,
          ...(title === undefined ? {} : { title }),
          ...(body === undefined ? {} : { body }),
          ...(base === undefined ? {} : { baseRefName: base }),
          ...(open === undefined ? {} : { state: open ? 'OPEN' : 'CLOSED' }),
        };
        await mutations.send(kind, [{ field: 'updatePullRequest', input, select: 'pullRequest { number }' }]);
        return;
      }
      await pace(kind);
      await rest.pulls.update({
        ...at,
        pull_number: number,
        ...(title === undefined ? {} : { title }),
        ...(body === undefined ? {} : { body }),
        ...(base === undefined ? {} : { base }),
        ...(open === undefined ? {} : { state: open ? ('open' as const) : ('closed' as const) }),
      });
    },

    async markReady(number) {
      const { data } = await rest.pulls.get({ ...at, pull_number: number });
      if (data.labels.some(({ name }) => name === DRAFT_LABEL)) {
        await pace('answer');
        await orIfMissing(rest.issues.removeLabel({ ...at, issue_number: number, name: DRAFT_LABEL }), null);
      }
      if (!data.draft) return;
      await pace('answer');
      try {
        await octokit.graphql(
          'mutation ($pull: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $pull }) { pullRequest { isDraft } } }',
          { pull: data.node_id },
        );
      } catch (error) {
        throw asGraphqlRefusal(error, 'mark a pull request as ready for review');
      }
    },

    merge(number, { sha, base, method, title, message }): Promise<MergeOutcome> {
      return mergeOnce(
        { head: sha, base },
        {
          sleep,
          async read() {
            const { data } = await rest.pulls.get({ ...at, pull_number: number, request: ONCE });
            const ref = await orIfMissing(
              rest.git.getRef({ ...at, ref: `heads/${data.base.ref}`, request: ONCE }),
              null,
            );
            const baseSha = ref?.data.object.sha ?? null;
            return { ...pullOf(data), mergeable: data.mergeable, state: data.mergeable_state, baseSha };
          },
          async attempt() {
            await pace('answer');
            const { data } = await rest.pulls.merge({
              ...at,
              pull_number: number,
              sha,
              merge_method: method,
              commit_title: title,
              commit_message: message,
              request: ONCE,
            });
            return data.sha;
          },
        },
      );
    },
  };
  return api;
}

async function openWithOthers(
  mutations: Mutations,
  { head, base, title, body }: PullRequestDraft,
  author: string,
): Promise<PullRequest> {
  const repositoryId = await mutations.repositoryId();
  const { pullRequest } = await mutations.send<{ pullRequest: { number: number; headRefOid: Sha; isDraft: boolean } }>(
    'evidence',
    [
      {
        field: 'createPullRequest',
        input: { repositoryId, baseRefName: base, headRefName: head, title, body, draft: true },
        select: 'pullRequest { number headRefOid isDraft }',
      },
    ],
  );
  const { number, headRefOid: headSha, isDraft: draft } = pullRequest;
  const state = { open: true, merged: false, draft, mergeSha: null };
  return { number, own: true, author, title, fork: false, head, headSha, base, ...state };
}

interface RawPull {
  readonly number: number;
  readonly title: string;
  readonly user: { readonly login: string } | null;
  /** The repository is null when a fork was deleted. */
  readonly head: { readonly ref: string; readonly sha: Sha; readonly repo: { readonly id: number } | null };
  readonly base: { readonly ref: string; readonly repo: { readonly id: number } };
  readonly state: string;
  readonly merged_at: string | null;
  readonly draft?: boolean | undefined;
  readonly merge_commit_sha: Sha | null;
}

function taken({ head, base }: PullRequestDraft): HuxleyError {
  return new HuxleyError(
    'forge.pull-taken',
    `Somebody else has opened a pull request from ${head} to ${base}.`,
    'Close that pull request; Huxley then opens its own.',
  );
}

function pullFrom(raw: RawPull, bot: string): PullRequest {
  const merged = raw.merged_at !== null;
  const fork = raw.head.repo?.id !== raw.base.repo.id;
  return {
    number: raw.number,
    own: raw.user?.login === bot && !fork,
    author: raw.user?.login ?? 'ghost',
    title: raw.title,
    fork,
    head: raw.head.ref,
    headSha: raw.head.sha,
    base: raw.base.ref,
    open: raw.state === 'open',
    merged,
    draft: raw.draft === true,
    mergeSha: merged ? raw.merge_commit_sha : null,
  };
}
