import { notFound } from '../../http/failure.ts';
import { operation } from '../../http/operation.ts';
import { fullName } from '../../server-context.ts';

/** Archives are served in place, where GitHub redirects to another host with a short-lived address. */
export const DOWNLOADS = (['tarball', 'zipball'] as const).map((kind) =>
  operation(
    `GET /repos/{owner}/{repo}/${kind}/{ref}`,
    { access: 'contents:read' },
    async ({ hub, repo, git, params }) => {
      const sha = await git.resolve(params.ref || repo.defaultBranch);
      if (sha === undefined) throw notFound();
      const folder = `${fullName(hub, repo).replace('/', '-')}-${sha.slice(0, 7)}`;
      const format = kind === 'tarball' ? 'tar.gz' : 'zip';
      const body = await git.run(['archive', `--format=${format}`, `--prefix=${folder}/`, sha]);
      const headers = {
        'content-type': kind === 'tarball' ? 'application/x-gzip' : 'application/zip',
        'content-disposition': `attachment; filename=${folder}.${format}`,
      };
      return { status: 200, body, headers };
    },
  ),
);
