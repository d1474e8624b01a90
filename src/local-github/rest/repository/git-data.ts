import { z } from 'zod';
import { noreply } from '../../git/noreply.ts';
import type { TreeChange } from '../../git/repository.ts';
import { Failure, notFound, unprocessable } from '../../http/failure.ts';
import { type Context, operation } from '../../http/operation.ts';
import { created, json } from '../../http/reply.ts';
import { addressOf } from '../../present/address.ts';
import { gitCommitOf } from '../../present/commit.ts';
import type { Schema } from '../../present/schema.ts';
import { timestamp } from '../../server-context.ts';

const MODES = ['100644', '100755', '040000', '160000', '120000'] as const;
/** Entries of one recursive listing; GitHub cuts at 100,000. */
const MAX_ENTRIES = 100_000;

const treeEntry = z.object({
  path: z.string().optional(),
  mode: z.enum(MODES).optional(),
  type: z.enum(['blob', 'tree', 'commit']).optional(),
  sha: z.string().nullish(),
  content: z.string().optional(),
});

const person = z.object({ name: z.string(), email: z.string(), date: z.string().optional() });

async function listTree(
  { hub, repo, git }: Context<unknown>,
  name: string,
  recursive: boolean,
): Promise<Schema<'git-tree'>> {
  const { api } = addressOf(hub, repo);
  const sha = (await git.read(`${name}^{tree}`))?.sha;
  if (sha === undefined) throw notFound();
  const out = await git.run(['ls-tree', '-z', '-l', '--full-tree', ...(recursive ? ['-r', '-t'] : []), sha]);
  const entries = out
    .toString('utf8')
    .split('\0')
    .filter((line) => line !== '');
  return {
    sha,
    url: `${api}/git/trees/${sha}`,
    tree: entries.slice(0, MAX_ENTRIES).map((line) => {
      const [, mode = '', type = '', object = '', size = '', path = ''] =
        /^(\d+) (\w+) ([0-9a-f]+) +(\S+)\t([\s\S]*)$/.exec(line) ?? [];
      const url = `${api}/git/${type === 'tree' ? 'trees' : type === 'commit' ? 'commits' : 'blobs'}/${object}`;
      return { path, mode, type, sha: object, url, ...(type === 'blob' ? { size: Number(size) } : {}) };
    }),
    truncated: entries.length > MAX_ENTRIES,
  };
}

function checkPath(path: string): void {
  const parts = path.split('/');
  if (
    path === '' ||
    parts.some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git')
  )
    throw unprocessable(`tree.path contains a malformed path component`);
}

export const GIT_DATA = [
  operation('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { access: 'contents:read' }, async (context) => {
    const { hub, repo, git, params, accepts } = context;
    const object = /^[0-9a-f]{40}$/.test(params.file_sha!) ? await git.read(params.file_sha!) : undefined;
    if (object?.type !== 'blob') throw notFound();
    if (accepts.includes('raw')) return { status: 200, body: object.content };
    const { sha, size, content } = object;
    const url = `${addressOf(hub, repo).api}/git/blobs/${sha}`;
    const encoded = content.toString('base64').replace(/.{60}/g, '$&\n');
    return json({ sha, node_id: `B_${sha}`, size, url, content: encoded, encoding: 'base64' });
  }),

  operation(
    'POST /repos/{owner}/{repo}/git/blobs',
    {
      access: 'contents:write',
      body: z.object({ content: z.string(), encoding: z.enum(['utf-8', 'base64']).optional() }),
    },
    async ({ hub, repo, git, body }) => {
      const sha = await git.writeObject(
        'blob',
        Buffer.from(body.content, body.encoding === 'base64' ? 'base64' : 'utf8'),
      );
      return created({ sha, url: `${addressOf(hub, repo).api}/git/blobs/${sha}` });
    },
  ),

  operation('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', { access: 'contents:read' }, async (context) => {
    const name = context.params.tree_sha!;
    const target = /^[0-9a-f]{40}$/.test(name) ? name : ((await context.git.resolve(name)) ?? name);
    return json(await listTree(context, target, (context.query.get('recursive') ?? '') !== ''));
  }),

  operation(
    'POST /repos/{owner}/{repo}/git/trees',
    { access: 'contents:write', body: z.object({ base_tree: z.string().optional(), tree: z.array(treeEntry) }) },
    async (context) => {
      const { git, body } = context;
      const base = body.base_tree === undefined ? null : (await git.read(`${body.base_tree}^{tree}`))?.sha;
      if (base === undefined) throw notFound();
      const changes: TreeChange[] = [];
      for (const { path, mode, sha, content } of body.tree) {
        if (path === undefined) throw unprocessable('tree.path must be supplied');
        checkPath(path);
        if (content === undefined && sha === undefined)
          throw unprocessable('tree.sha or tree.content must be supplied');
        if (typeof sha === 'string' && mode !== '160000' && (await git.read(sha)) === undefined)
          throw unprocessable(`tree.sha ${sha} is not a valid git object`);
        if (mode === '040000')
          throw unprocessable('Subtrees by sha are not served by the local GitHub: name their files');
        const object = content === undefined ? sha! : await git.writeObject('blob', Buffer.from(content));
        changes.push({ path, mode: mode ?? '100644', sha: object });
      }
      return created(await listTree(context, await git.writeTree(base, changes), false));
    },
  ),

  operation(
    'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
    { access: 'contents:read' },
    async ({ hub, repo, git, params }) => {
      const commit = /^[0-9a-f]{40}$/.test(params.commit_sha!) ? await git.commit(params.commit_sha!) : undefined;
      if (commit === undefined) throw notFound();
      return json(gitCommitOf(hub, repo, commit));
    },
  ),

  operation(
    'POST /repos/{owner}/{repo}/git/commits',
    {
      access: 'contents:write',
      body: z.object({
        message: z.string(),
        tree: z.string(),
        parents: z.array(z.string()).optional(),
        author: person.optional(),
        committer: person.optional(),
      }),
    },
    async ({ hub, repo, git, user, actor, body }) => {
      const { message, tree, parents = [] } = body;
      if ((await git.read(tree))?.type !== 'tree') throw unprocessable('Tree SHA does not exist');
      for (const parent of parents)
        if ((await git.read(parent))?.type !== 'commit')
          throw unprocessable('Parent SHA does not exist or is not a commit object');
      const now = timestamp(hub);
      const identity = (given: z.output<typeof person> | undefined) =>
        given === undefined ? undefined : { name: given.name, email: given.email, date: when(given.date ?? now) };
      const author = identity(body.author) ?? noreply(user, now);
      const committer = identity(body.committer) ?? author;
      // An App's own commits are signed, unless they say who made them.
      const own = actor.type === 'installation' && body.author === undefined && body.committer === undefined;
      const sign = own ? hub.signing.sign : undefined;
      const sha = await git.commitTree({ tree, parents, message, author, committer, sign });
      return created(gitCommitOf(hub, repo, (await git.commit(sha))!));
    },
  ),
];

function when(date: string): string {
  if (Number.isNaN(Date.parse(date))) throw new Failure(422, `Invalid request.\n\n'${date}' is not a date-time.`);
  return date;
}
