import { z } from 'zod';
import { secretNameSchema } from './secret-name.ts';

const hostName = z
  .string()
  .regex(
    /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i,
    'a host name, without https:// and path',
  );

/** A host that builds may read from; with where it is really served, and the secret that opens it. */
export const registrySchema = z.union([
  hostName,
  z
    .strictObject({
      host: hostName,
      url: z.url({ protocol: /^https?$/ }).optional(),
      token: secretNameSchema.optional(),
      basic: secretNameSchema.optional(),
    })
    .refine(({ token, basic }) => !(token && basic), 'name `token` or `basic`, not both'),
]);
export type Registry = z.infer<typeof registrySchema>;

/** How an agent's dependencies are installed: once, before it runs. */
export interface BuildConfig {
  /** Shell command; what it makes in folders of its own is there wherever the agent runs. */
  readonly command: string;
  /** Shell command that brings lock files up to date where a variant changed what it depends on; null for none. */
  readonly lock: string | null;
  /** Globs of the files a build sees; undefined for what package managers read. */
  readonly inputs?: readonly string[] | undefined;
  /** Hosts it may read from; undefined for the usual ones. */
  readonly registries?: readonly Registry[] | undefined;
}
