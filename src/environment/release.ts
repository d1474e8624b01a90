import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { projectPath } from './project.ts';

const schema = z.strictObject({
  version: z.string(),
  /** The repository whose folder `action` workflows use, and the commit that has its bundle. */
  action: z.strictObject({ repository: z.string(), commit: z.string().regex(/^[0-9a-f]{40}$/) }),
  /** Images by digest, as `docker pull` takes them; null for one that this release does not publish. */
  images: z.strictObject({
    sandbox: z.string().nullable(),
    polyglot: z.string().nullable(),
    app: z.string().nullable(),
  }),
});

/** What belongs to a published release. */
export type Release = z.infer<typeof schema>;

/** The release that this installation is of, from `release.json` next to package.json; null in a checkout, which has none. */
export function readRelease(path = projectPath('release.json')): Release | null {
  return existsSync(path) ? schema.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
}
