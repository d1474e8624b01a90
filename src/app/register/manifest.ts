import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { projectPath } from '../../environment/project.ts';

export interface ManifestSpec {
  /** Where the person's browser reaches this server, without a slash at the end. */
  readonly base: string;
  /** Where people will reach it, e.g. to sign in. */
  readonly url: string;
  readonly webhookURL: string;
  /** Whose App it is to be; null for the person's own. */
  readonly organization: string | null;
}

export const CALLBACK_PATH = '/setup/callback';

/** The App's manifest, as GitHub takes it. The name is a suggestion that nobody else has: names are unique on all of GitHub. */
export function manifestFor({ base, url, webhookURL, organization }: ManifestSpec): Readonly<Record<string, unknown>> {
  const manifest = parse(readFileSync(projectPath('app.yml'), 'utf8')) as Record<string, unknown>;
  return {
    ...manifest,
    // GitHub takes 34 characters.
    name: ['Huxley', organization?.slice(0, 19), randomBytes(3).toString('hex')].filter(Boolean).join(' '),
    redirect_url: base + CALLBACK_PATH,
    setup_url: `${base}/setup`,
    callback_urls: [...new Set([`${url}/runs/auth/callback`, `${base}/runs/auth/callback`])],
    hook_attributes: { url: webhookURL, active: true },
  };
}
