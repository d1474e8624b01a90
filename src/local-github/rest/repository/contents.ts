import { z } from 'zod';
import { noreply } from '../../git/noreply.ts';
import { conflict, invalidCustom, notFound, unprocessable } from '../../http/failure.ts';
import { type Context, operation } from '../../http/operation.ts';
import { json } from '../../http/reply.ts';
import { addressOf } from '../../present/address.ts';
import { gitCommitOf } from '../../present/commit.ts';
import { moveRef } from '../../ref/move.ts';
import { timestamp } from '../../server-context.ts';

const person = z.object({ name: z.string(), email: z.string(), date: z.string().optional() }).optional();
const change = { message: z.string(), branch: z.string().optional(), author: person, committer: person };

function entry({ hub, repo }: Context<unknown>, ref: string, path: string, sha: string, type: string, size: number) {
  const { api, html } = addressOf(hub, repo);
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const url = `${api}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const git = `${api}/git/${type === 'dir' ? 'trees' : 'blobs'}/${sha}`;
  const page = `${html}/${type === 'dir' ? 'tree' : 'blob'}/${ref}/${encoded}`;
  return {
    name: path.split('/').at(-1)!,
    path,
    sha,
    size,
    url,
    html_url: page,
    git_url: git,
    download_url: type === 'file' ? `${html}/raw/${ref}/${encoded}` : null,
    type,
    _links: { self: url, git, html: page },
  };
}

async function read(context: Context<unknown>) {
  const { git, repo, query, accepts } = context;
  const path = (context.params.path ?? '').replace(/^\/+|\/+$/g, '');
  const ref = query.get('ref') ?? repo.defaultBranch;
  const commit = await git.resolve(ref);
  if (commit === undefined) throw notFound();
  const object = await git.read(`${commit}:${path}`);
  if (object?.type === 'blob') {
    if (accepts.includes('raw')) return { status: 200, body: object.content };
    const content = object.content.toString('base64').replace(/.{60}/g, '$&\n');
    return json({ ...entry(context, ref, path, object.sha, 'file', object.size), content, encoding: 'base64' });
  }
  if (object?.type !== 'tree') throw notFound();
  const { entries } = (await git.tree(`${commit}:${path}`))!;
  const list = entries.map(async ({ name, sha, type, mode }) => {
    const size = type === 'blob' ? (await git.read(sha))!.size : 0;
    const kind = type === 'tree' ? 'dir' : mode === '120000' ? 'symlink' : type === 'commit' ? 'submodule' : 'file';
    return entry(context, ref, path === '' ? name : `${path}/${name}`, sha, kind, size);
  });
  return json(await Promise.all(list));
}

interface FileEdit {
  readonly message: string;
  readonly branch?: string | undefined;
  readonly author?: z.output<typeof person>;
  readonly committer?: z.output<typeof person>;
}

/** Commits one file's new content (`null`: its removal) onto a branch, `sha` being the blob it replaces. */
async function commitFile(context: Context<FileEdit>, content: Buffer | null, expected: string | undefined) {
  const { hub, repo, git, user, actor, body, params } = context;
  const branch = body.branch ?? repo.defaultBranch;
  const path = params.path!;
  const before = (await git.refSha(`refs/heads/${branch}`)) ?? null;
  if (before === null && (await git.refs('refs/heads')).length > 0) throw notFound();
  const existing = before === null ? undefined : await git.read(`${before}:${path}`);
  if (content === null && existing === undefined) throw notFound();
  if (existing !== undefined && expected === undefined)
    throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
  if (expected !== undefined && existing?.sha !== expected) throw conflict(`${path} does not match ${expected}`);
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..' || part === '.git'))
    throw invalidCustom('Commit', 'path contains a malformed path component');
  const blob = content === null ? null : await git.writeObject('blob', content);
  const tree = await git.writeTree(before, [{ path, mode: '100644', sha: blob }]);
  const now = timestamp(hub);
  const identity = (given: FileEdit['author']) =>
    given === undefined ? undefined : { name: given.name, email: given.email, date: given.date ?? now };
  const committer = identity(body.committer) ?? noreply(user, now);
  const author = identity(body.author) ?? committer;
  const sha = await git.commitTree({
    tree,
    parents: before === null ? [] : [before],
    message: body.message,
    author,
    committer,
    sign: actor.type === 'installation' && !body.author && !body.committer ? hub.signing.sign : undefined,
  });
  await moveRef(hub, repo, actor, { ref: `refs/heads/${branch}`, before, after: sha });
  const commit = gitCommitOf(hub, repo, (await git.commit(sha))!);
  const file = blob === null ? null : entry(context, branch, path, blob, 'file', content!.length);
  return json({ content: file, commit }, existing === undefined ? 201 : 200);
}

export const CONTENTS = [
  operation('GET /repos/{owner}/{repo}/contents/{path}', { access: 'contents:read' }, read),

  operation('GET /repos/{owner}/{repo}/contents', { access: 'contents:read' }, read),

  operation(
    'PUT /repos/{owner}/{repo}/contents/{path}',
    { access: 'contents:write', body: z.object({ ...change, content: z.string(), sha: z.string().optional() }) },
    (context) => commitFile(context, Buffer.from(context.body.content, 'base64'), context.body.sha),
  ),

  operation(
    'DELETE /repos/{owner}/{repo}/contents/{path}',
    { access: 'contents:write', body: z.object({ ...change, sha: z.string() }) },
    (context) => commitFile(context, null, context.body.sha),
  ),
];
