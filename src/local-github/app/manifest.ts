import { z } from 'zod';
import { APP_EVENTS, APP_PERMISSIONS } from './permissions.ts';

const address = z.url({ protocol: /^https?$/ });

const schema = z.strictObject({
  name: z.string().optional(),
  url: address,
  hook_attributes: z.strictObject({ url: address, active: z.boolean().default(true) }).optional(),
  redirect_url: address.optional(),
  callback_urls: z.array(address).max(10).default([]),
  setup_url: address.optional(),
  description: z.string().optional(),
  public: z.boolean().default(true),
  default_events: z
    .array(z.string().refine((name) => APP_EVENTS.has(name), 'is not an event that an App can subscribe to'))
    .default([]),
  default_permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])).default({}),
  request_oauth_on_install: z.boolean().optional(),
  setup_on_update: z.boolean().optional(),
});

export type Manifest = Readonly<z.infer<typeof schema>>;

/**
 * An App's manifest, or what is wrong with it (docs.github.com, "Registering a GitHub App from a manifest"): `url` is required, and so is
 * the webhook's wherever there are `hook_attributes`.
 */
export function parseManifest(text: string): Manifest | string {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return 'It is not JSON.';
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success)
    return parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'manifest'}: ${message}.`).join(' ');
  const refused = Object.entries(parsed.data.default_permissions).filter(
    ([name, level]) => !(APP_PERMISSIONS[name]?.includes(level) ?? false),
  );
  if (refused.length === 0) return parsed.data;
  return `default_permissions: ${refused.map((each) => each.join(': ')).join(', ')} cannot be asked for.`;
}

/** GitHub's own limit on an App's name. */
export const MAX_NAME = 34;

/** The App's name as addresses have it. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
