import { HuxleyError } from '../../model/error.ts';
import type { Sha } from '../../model/ids.ts';
import type { Forge } from '../forge.ts';
import { orIfMissing, statusOf } from '../retry.ts';
import type { Connection } from './connection.ts';
import { ONCE } from './octokit.ts';

type GitData = Pick<
  Forge,
  | 'branch'
  | 'branches'
  | 'createBranch'
  | 'advanceBranch'
  | 'deleteBranch'
  | 'mergeIntoBranch'
  | 'mergeBase'
  | 'diff'
  | 'contains'
  | 'commit'
  | 'createTree'
  | 'commitOnBranch'
  | 'createCommit'
>;

/** Branches, commits and trees. */
export function gitData({ at, repository, pace, mutations, octokit }: Connection): GitData {
  const { rest } = octokit;
  const api: GitData = {
    async branch(name) {
      const answer = await orIfMissing(rest.git.getRef({ ...at, ref: `heads/${name}` }), null);
      return answer?.data.object.sha ?? null;
    },

    async branches(prefix) {
      const refs = await octokit.paginate(rest.git.listMatchingRefs, { ...at, ref: `heads/${prefix}`, per_page: 100 });
      return new Map(refs.map(({ ref, object }) => [ref.replace(/^refs\/heads\//, ''), object.sha]));
    },

    async createBranch(name, sha) {
      await pace('work');
      try {
        await rest.git.createRef({ ...at, ref: `refs/heads/${name}`, sha });
      } catch (error) {
        if (statusOf(error) !== 422) throw error;
        const there = await api.branch(name);
        if (there === sha) return;
        const taken =
          there === null
            ? await inTheWay(api, name)
            : `Branch ${name} is at ${there.slice(0, 12)}, not at ${sha.slice(0, 12)}.`;
        if (taken === null) throw error;
        throw new HuxleyError(
          'forge.branch-taken',
          taken,
          'Delete or rename that branch; Huxley never overwrites one, and continues as soon as it is gone.',
        );
      }
    },

    async advanceBranch(name, sha) {
      await pace('work');
      await rest.git.updateRef({ ...at, ref: `heads/${name}`, sha, force: false });
    },

    async deleteBranch(name) {
      await pace('work');
      try {
        await rest.git.deleteRef({ ...at, ref: `heads/${name}` });
      } catch (error) {
        if (statusOf(error) !== 404 && statusOf(error) !== 422) throw error;
        // 422 stands for a branch that is gone as well as for a rule that forbids it.
        if ((await api.branch(name)) !== null) throw error;
      }
    },

    async mergeIntoBranch(name, sha, message) {
      await pace('work');
      try {
        const { data } = await rest.repos.merge({
          ...at,
          base: name,
          head: sha,
          commit_message: message,
          request: ONCE,
        });
        // 204, without a body: the branch holds it already.
        return (data as { readonly sha?: string } | undefined)?.sha ?? (await api.branch(name));
      } catch (error) {
        if (statusOf(error) === 409) return null;
        throw error;
      }
    },

    async mergeBase(one, other) {
      const basehead = `${one}...${other}`;
      const answer = await orIfMissing(rest.repos.compareCommitsWithBasehead({ ...at, basehead, per_page: 1 }), null);
      return answer?.data.merge_base_commit.sha ?? null;
    },

    async diff(base, head) {
      const basehead = `${base}...${head}`;
      const asked = rest.repos.compareCommitsWithBasehead({ ...at, basehead, mediaType: { format: 'diff' } });
      // In this format it is text, whatever its type says.
      return ((await orIfMissing(asked, null))?.data as unknown as string | undefined) ?? null;
    },

    async contains(name, sha) {
      const basehead = `${sha}...${name}`;
      const answer = await orIfMissing(rest.repos.compareCommitsWithBasehead({ ...at, basehead, per_page: 1 }), null);
      return answer !== null && (answer.data.status === 'ahead' || answer.data.status === 'identical');
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
      await pace('work');
      const tree = changes.map(({ path, mode, content }) => ({
        path,
        mode,
        type: 'blob' as const,
        ...(content === null ? { sha: null } : { content }),
      }));
      const { data } = await rest.git.createTree({ ...at, base_tree: base, tree });
      return data.sha;
    },

    async commitOnBranch(name, { base, begun, changes, message }) {
      // Only the empty line in between goes: the body may begin with blanks.
      const [headline, , ...lines] = message.split('\n');
      const contents = (text: string) => Buffer.from(text).toString('base64');
      const fileChanges = {
        additions: changes.flatMap(({ path, content }) =>
          content === null ? [] : [{ path, contents: contents(content) }],
        ),
        deletions: changes.flatMap(({ path, content }) => (content === null ? [{ path }] : [])),
      };
      const commit = {
        branch: { repositoryNameWithOwner: repository, branchName: name },
        message: { headline, body: lines.join('\n').trimEnd() },
        expectedHeadOid: base,
        fileChanges,
      };
      const made = await mutations.send<{ commit: { oid: Sha; tree: { oid: Sha } } }>('work', [
        ...(begun
          ? []
          : [
              {
                field: 'createRef' as const,
                input: { repositoryId: await mutations.repositoryId(), name: `refs/heads/${name}`, oid: base },
                select: 'ref { name }',
              },
            ]),
        { field: 'createCommitOnBranch', input: commit, select: 'commit { oid tree { oid } }' },
      ]);
      return { sha: made.commit.oid, tree: made.commit.tree.oid };
    },

    async createCommit({ tree, parents, message }) {
      await pace('work');
      // Without author and committer GitHub signs the commit as the App's (docs.github.com, "Signature verification for bots").
      const { data } = await rest.git.createCommit({ ...at, message, tree, parents: [...parents] });
      return data.sha;
    },
  };
  return api;
}

/** A branch that git cannot have beside one of this name: the name of one may not be a folder of the other. */
async function inTheWay(api: GitData, name: string): Promise<string | null> {
  const parts = name.split('/');
  for (let n = 1; n < parts.length; n++) {
    const folder = parts.slice(0, n).join('/');
    if ((await api.branch(folder)) !== null)
      return `Branch ${folder} is in the way: git cannot have ${name} next to it.`;
  }
  const [below] = (await api.branches(`${name}/`)).keys();
  return below === undefined ? null : `Branch ${below} is in the way: git cannot have ${name} next to it.`;
}
