import { z } from 'zod';
import { diffFiles } from '../../git/diff.ts';
import { invalid, notFound, unprocessable } from '../../http/failure.ts';
import { type Context, operation } from '../../http/operation.ts';
import { pageOf, paginate, paginateAll } from '../../http/page.ts';
import { created, json, noContent } from '../../http/reply.ts';
import { editIssue } from '../../issue/edit.ts';
import { pullAt } from '../../issue/find.ts';
import { diffEntryOf } from '../../present/diff.ts';
import { pullOf, pullSimpleOf } from '../../present/pull.ts';
import { repositoryOf } from '../../present/repository.ts';
import { deleteMergedBranch } from '../../pull/delete-branch.ts';
import { headNamed } from '../../pull/head.ts';
import { mergePull } from '../../pull/merge.ts';
import { readMergeability } from '../../pull/mergeability.ts';
import { openPull } from '../../pull/open.ts';
import { emitPull, fullPull, withStats } from '../../pull/payload.ts';
import { closePull, reopenPull, retarget } from '../../pull/state.ts';
import type { Pull } from '../../store/rows.ts';
import { presentCommits, rawDiff } from '../repository/commits.ts';
import { bodyText, titleText } from '../text.ts';

const READ = { access: 'pull_requests:read' };
const PATH = '/repos/{owner}/{repo}/pulls/{pull_number}';

async function mergeBaseOf({ git }: Context<unknown>, pull: Pull): Promise<string> {
  return (await git.mergeBase(pull.baseSha, pull.headSha)) ?? pull.baseSha;
}

export const PULLS = [
  operation('GET /repos/{owner}/{repo}/pulls', READ, (context) => {
    const { hub, store, repo, query } = context;
    const state = query.get('state') ?? 'open';
    // As on GitHub, a head without an owner filters nothing.
    const wanted = query.get('head');
    const head = wanted?.includes(':') ? headNamed(hub, repo, wanted) : undefined;
    const base = query.get('base');
    const where = {
      repo: repo.id,
      ...(state === 'all' ? {} : { open: state === 'open' }),
      ...(head === undefined ? {} : { headRef: head.branch }),
      ...(base === null ? {} : { baseRef: base }),
    };
    const descending = (query.get('direction') ?? (query.has('sort') ? 'asc' : 'desc')) === 'desc';
    const { offset, size } = pageOf(query);
    const repository = repositoryOf(hub, repo);
    if (query.get('sort') === 'updated') {
      const pulls = new Map(store.pulls.list(where).map((pull) => [pull.number, pull]));
      const issues = store.issues.list({ repo: repo.id, isPull: true }, { by: 'updatedAt', descending });
      const sorted = issues.flatMap(({ number }) => pulls.get(number) ?? []);
      return paginateAll(context, sorted, (pull) => pullSimpleOf(hub, repo, pull, repository));
    }
    if (wanted?.includes(':')) {
      const from = head?.from.id;
      const found = store.pulls.list(where, { by: 'number', descending });
      const pulls = found.filter((pull) => (pull.headRepo ?? pull.repo) === from);
      return paginateAll(context, pulls, (pull) => pullSimpleOf(hub, repo, pull, repository));
    }
    const page = store.pulls.list(where, { by: 'number', descending, limit: size, offset });
    return paginate(
      context,
      store.pulls.count(where),
      page.map((pull) => pullSimpleOf(hub, repo, pull, repository)),
    );
  }),

  operation(
    'POST /repos/{owner}/{repo}/pulls',
    {
      access: 'pull_requests:write',
      role: 'read',
      body: z.object({
        title: titleText,
        body: bodyText.nullish(),
        head: z.string(),
        base: z.string(),
        draft: z.boolean().optional(),
      }),
    },
    async ({ hub, repo, actor, user, body }) =>
      created(await fullPull(hub, repo, await openPull(hub, repo, actor, user, body))),
  ),

  operation(`GET ${PATH}`, READ, async (context) => {
    const { hub, repo } = context;
    const pull = pullAt(context);
    const raw = await rawDiff(context, () => mergeBaseOf(context, pull), pull.headSha);
    if (raw !== undefined) return raw;
    return json(pullOf(hub, repo, await withStats(hub, repo, pull), await readMergeability(hub, repo, pull)));
  }),

  operation(
    `PATCH ${PATH}`,
    {
      access: 'pull_requests:write',
      role: 'read',
      body: z.object({
        title: titleText.optional(),
        body: bodyText.nullish(),
        state: z.enum(['open', 'closed']).optional(),
        base: z.string().optional(),
      }),
    },
    async (context) => {
      const { hub, store, repo, git, actor, user, body } = context;
      const pull = pullAt(context);
      const issue = store.issues.get(pull.issue)!;
      if (issue.user !== user.id) context.require('pull_requests:write', 'write');
      const now = () => store.pulls.get(pull.id)!;
      if (body.base !== undefined && body.base !== pull.baseRef) {
        if (!pull.open) throw unprocessable('Cannot change the base branch of a closed pull request.');
        const baseSha = await git.refSha(`refs/heads/${body.base}`);
        if (baseSha === undefined) throw invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' });
        await retarget(hub, repo, actor, pull, body.base, baseSha);
      }
      const { changes } = editIssue(hub, issue, body);
      if (Object.keys(changes).length > 0) await emitPull(hub, repo, actor, 'edited', now(), { changes });
      if (body.state !== undefined && (body.state === 'open') !== pull.open)
        await (body.state === 'closed' ? closePull : reopenPull)(hub, repo, actor, now());
      return json(await fullPull(hub, repo, now()));
    },
  ),

  operation(`GET ${PATH}/files`, READ, async (context) => {
    const { hub, repo, git } = context;
    const pull = pullAt(context);
    const files = await diffFiles(git, await mergeBaseOf(context, pull), pull.headSha);
    return paginateAll(context, files, (file) => diffEntryOf(hub, repo, pull.headSha, file));
  }),

  operation(`GET ${PATH}/commits`, READ, async (context) => {
    const { baseSha, headSha } = pullAt(context);
    const { offset, size } = pageOf(context.query);
    const shas = await context.git.revList('--reverse', `${baseSha}..${headSha}`);
    return paginate(context, shas.length, await presentCommits(context, shas.slice(offset, offset + size)));
  }),

  operation(`GET ${PATH}/merge`, READ, (context) => {
    if (!pullAt(context).merged) throw notFound();
    return noContent;
  }),

  operation(
    `PUT ${PATH}/merge`,
    {
      access: 'contents:write',
      body: z.object({
        sha: z.string().optional(),
        merge_method: z.enum(['merge', 'squash', 'rebase']).optional(),
        commit_title: z.string().optional(),
        commit_message: z.string().optional(),
      }),
    },
    async (context) => {
      const { hub, repo, actor, user, body } = context;
      const pull = pullAt(context);
      const sha = await mergePull(hub, repo, actor, user, pull, body);
      if (repo.deleteBranchOnMerge) await deleteMergedBranch(hub, repo, actor, pull);
      return json({ sha, merged: true, message: 'Pull Request successfully merged' });
    },
  ),
];
