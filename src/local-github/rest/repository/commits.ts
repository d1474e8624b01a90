import { z } from 'zod';
import { diffFiles } from '../../git/diff.ts';
import { noreply } from '../../git/noreply.ts';
import type { GitRepository } from '../../git/repository.ts';
import { conflict, notFound, unprocessable } from '../../http/failure.ts';
import { type Context, operation } from '../../http/operation.ts';
import { pageOf, paginate, paginateAll } from '../../http/page.ts';
import { created, json, noContent, type Reply } from '../../http/reply.ts';
import { addressOf } from '../../present/address.ts';
import { commitOf } from '../../present/commit.ts';
import { diffEntryOf } from '../../present/diff.ts';
import { pullSimpleOf } from '../../present/pull.ts';
import { moveRef } from '../../ref/move.ts';
import { timestamp } from '../../server-context.ts';

const READ = { access: 'contents:read' };
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** Commits as the API has them. */
export const presentCommits = ({ hub, repo, git }: Context<unknown>, shas: readonly string[]) =>
  Promise.all(shas.map(async (sha) => commitOf(hub, repo, (await git.commit(sha))!)));

/** A diff in the media type asked for, or `undefined` where JSON is. */
export async function rawDiff(
  { git, accepts }: Context<unknown>,
  from: () => Promise<string>,
  to: string,
): Promise<Reply | undefined> {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  if (accepts.includes('.diff')) return { status: 200, body: await git.run(['diff', '-M', await from(), to]), headers };
  if (accepts.includes('.patch'))
    return { status: 200, body: await git.run(['format-patch', '--stdout', `${await from()}..${to}`]), headers };
  return undefined;
}

async function firstParent(git: GitRepository, sha: string): Promise<string> {
  return (await git.commit(sha))?.parents[0] ?? EMPTY_TREE;
}

async function resolve({ git }: Context<unknown>, name: string): Promise<string> {
  const sha = await git.resolve(name);
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${name}`);
  return sha;
}

export const COMMITS = [
  operation('GET /repos/{owner}/{repo}/commits', READ, async (context) => {
    const { git, repo, query } = context;
    const name = query.get('sha') ?? repo.defaultBranch;
    const head = await git.resolve(name);
    if (head === undefined) {
      if ((await git.refs('refs/heads')).length === 0) throw conflict('Git Repository is empty.');
      throw notFound();
    }
    const path = query.get('path');
    const filter = ['since', 'until'].flatMap((key) => (query.get(key) === null ? [] : [`--${key}=${query.get(key)}`]));
    const range = [...filter, head, ...(path === null ? [] : ['--', path])];
    const { offset, size } = pageOf(query);
    const all = await git.revList(...range);
    return paginate(context, all.length, await presentCommits(context, all.slice(offset, offset + size)));
  }),

  operation('GET /repos/{owner}/{repo}/commits/{ref}', READ, async (context) => {
    const { hub, repo, git, accepts } = context;
    const sha = await resolve(context, context.params.ref!);
    if (accepts.includes('.sha')) return { status: 200, body: sha };
    const parent = await firstParent(git, sha);
    const raw = await rawDiff(context, async () => parent, sha);
    if (raw !== undefined) return raw;
    const files = await diffFiles(git, parent, sha);
    const additions = files.reduce((sum, file) => sum + file.additions, 0);
    const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
    return json({
      ...commitOf(hub, repo, (await git.commit(sha))!),
      stats: { total: additions + deletions, additions, deletions },
      files: files.map((file) => diffEntryOf(hub, repo, sha, file)),
    });
  }),

  operation(
    'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    { access: 'pull_requests:read' },
    async (context) => {
      const { hub, repo, store, git, params } = context;
      const sha = await git.resolve(params.commit_sha!);
      if (sha === undefined) throw unprocessable(`No commit found for SHA: ${params.commit_sha}`);
      const found = store.pulls
        .list({ repo: repo.id })
        .filter(({ headSha, mergeCommit, merged }) => headSha === sha || (merged && mergeCommit === sha));
      return paginateAll(context, found, (pull) => pullSimpleOf(hub, repo, pull));
    },
  ),

  operation('GET /repos/{owner}/{repo}/compare/{basehead}', READ, async (context) => {
    const { hub, repo, git, params, query } = context;
    const [baseName = '', headName = ''] = params.basehead!.split('...');
    const base = await git.resolve(baseName);
    const head = await git.resolve(headName);
    if (base === undefined || head === undefined) throw notFound();
    const merge = await git.mergeBase(base, head);
    if (merge === undefined) throw notFound();
    const raw = await rawDiff(context, async () => merge, head);
    if (raw !== undefined) return raw;
    const count = async (range: string) => Number(await git.run(['rev-list', '--count', range]));
    const ahead = await count(`${base}..${head}`);
    const behind = await count(`${head}..${base}`);
    const { offset, size } = pageOf(
      query.has('per_page') || query.has('page') ? query : new URLSearchParams({ per_page: '100' }),
    );
    const shas = (await git.revList('--reverse', `${base}..${head}`)).slice(offset, offset + size);
    const [baseCommit, mergeCommit] = await presentCommits(context, [base, merge]);
    const files = await diffFiles(git, merge, head);
    const { api, html } = addressOf(hub, repo);
    const page = `${html}/compare/${baseName}...${headName}`;
    return paginate(context, ahead, await presentCommits(context, shas), (commits) => ({
      url: `${api}/compare/${baseName}...${headName}`,
      html_url: page,
      permalink_url: `${html}/compare/${base}...${head}`,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      base_commit: baseCommit,
      merge_base_commit: mergeCommit,
      status: ahead === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged',
      ahead_by: ahead,
      behind_by: behind,
      total_commits: ahead,
      commits,
      files: files.map((file) => diffEntryOf(hub, repo, head, file)),
    }));
  }),

  operation(
    'POST /repos/{owner}/{repo}/merges',
    {
      access: 'contents:write',
      body: z.object({ base: z.string(), head: z.string(), commit_message: z.string().optional() }),
    },
    async (context) => {
      const { hub, repo, git, user, actor, body } = context;
      const before = await git.refSha(`refs/heads/${body.base}`);
      const head = await git.resolve(body.head);
      if (before === undefined || head === undefined) throw notFound();
      if (await git.isAncestor(head, before)) return noContent;
      const { tree } = await git.mergeTrees(before, head);
      if (tree === null) throw conflict('Merge conflict');
      const author = noreply(user, timestamp(hub));
      const message = body.commit_message ?? `Merge ${body.head} into ${body.base}`;
      const after = await git.commitTree({
        tree,
        parents: [before, head],
        message,
        author,
        committer: author,
        sign: hub.signing.sign,
      });
      await moveRef(hub, repo, actor, { ref: `refs/heads/${body.base}`, before, after });
      return created(commitOf(hub, repo, (await git.commit(after))!));
    },
  ),
];
