import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { projectPath } from './project.ts';

const schema = z.strictObject({
  version: z.string(),
  /** The repository whose folder `action` workflows use, and the commit that has its bundle; null in the action, for no commit can name itself. */
  action: z.strictObject({ repository: z.string(), commit: z.string().regex(/^[0-9a-f]{40}$/) }).nullable(),
  /** Images by digest, as `docker pull` takes them; null for one that this release does not publish. */
  images: z.strictObject({
    sandbox: z.string().nullable(),
    polyglot: z.string().nullable(),
    app: z.string().nullable(),
  }),
});
type ReleaseFile = z.infer<typeof schema>;

/** What belongs to a published release. */
export type Release = ReleaseFile & { readonly action: NonNullable<ReleaseFile['action']> };

const read = (path: string): ReleaseFile | null =>
  existsSync(path) ? schema.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;

/** The release that this installation is of, from `release.json` next to package.json; null in a checkout, which has none, and in the action. */
export function readRelease(path = projectPath('release.json')): Release | null {
  const release = read(path);
  return release === null || release.action === null ? null : { ...release, action: release.action };
}

/** The images of the release that this installation or action is of; null in a checkout. */
export function publishedImages(path = projectPath('release.json')): Release['images'] | null {
  return read(path)?.images ?? null;
}
