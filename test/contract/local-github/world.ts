import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Probot, ProbotOctokit } from 'probot';
import type { Log } from '../../../src/local-github/log.ts';
import type { LocalGitHub, LocalGitHubOptions } from '../../../src/local-github/start.ts';
import type { Permissions } from '../../../src/local-github/store/rows.ts';
import { startCheckedGitHub } from '../../support/checked-github.ts';

export const PERMISSIONS: Permissions = {
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  checks: 'write',
  actions: 'write',
};
export const SECRET = 'a strong secret of the tests';
export const EVENTS = ['push', 'issues', 'issue_comment', 'pull_request', 'check_run', 'create', 'delete'];

/** A local GitHub with an owner, a stranger, a repository and an App on it, removed again by `using`. */
export async function world(
  options: Partial<LocalGitHubOptions> = {},
  app: { permissions?: Permissions; webhookUrl?: string } = {},
) {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'huxley-local-github-')));
  const errors: string[] = [];
  const log: Log = (level, message, fields) => {
    if (level === 'error') errors.push(`${message} ${JSON.stringify(fields)}`);
    options.log?.(level, message, fields);
  };
  const hub = await startCheckedGitHub({ dir, ...options, log });
  const { token: ownerToken } = hub.setup.createUser('ada');
  const { token: strangerToken } = hub.setup.createUser('mallory');
  const made = hub.setup.createApp({
    slug: 'huxley',
    owner: 'ada',
    permissions: app.permissions ?? PERMISSIONS,
    events: EVENTS,
    webhookSecret: SECRET,
    ...(app.webhookUrl === undefined ? {} : { webhookUrl: app.webhookUrl }),
  });
  await hub.setup.createRepository({
    owner: 'ada',
    name: 'agent',
    files: {
      'README.md': '# agent\n',
      'agent.ts': 'line 1\nline 2\nline 3\n',
      '.github/workflows/ci.yml': 'on: push\n',
    },
  });
  const installation = hub.setup.install(made.app, 'ada');
  const probot = new Probot({
    appId: made.app.id,
    privateKey: made.privateKey,
    secret: SECRET,
    baseUrl: hub.apiUrl,
    logLevel: 'fatal',
  });
  return {
    ...hub,
    dir,
    app: made.app,
    privateKey: made.privateKey,
    installation,
    probot,
    /** As the App's installation, through Probot: App authentication, throttling and retries included. */
    octokit: await probot.auth(installation.id),
    /** The same installation by a plain client, so that a refusal is seen as it comes. */
    bot: person(hub, await installationToken(probot, installation.id)),
    owner: person(hub, ownerToken),
    ownerToken,
    stranger: person(hub, strangerToken),
    strangerToken,
    here: { owner: 'ada', repo: 'agent' } as const,
    async [Symbol.asyncDispose]() {
      await hub.close();
      if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
      if (errors.length > 0) throw new Error(`errors inside the local GitHub:\n${errors.join('\n')}`);
    },
  };
}

/** A token of the installation, as the App gets one. */
export async function installationToken(probot: Probot, installation_id: number): Promise<string> {
  const app = await probot.auth();
  return (await app.rest.apps.createInstallationAccessToken({ installation_id })).data.token;
}

export type World = Awaited<ReturnType<typeof world>>;

/** A person's client: their token, no retries and no throttling, so that a refusal is seen as it comes. */
export function person(hub: Pick<LocalGitHub, 'apiUrl'>, token: string) {
  return new ProbotOctokit({
    auth: { token },
    baseUrl: hub.apiUrl,
    retry: { enabled: false },
    throttle: { enabled: false },
  });
}

/** Commits files onto a branch, made from `from` when it is new, as the owner. Returns the commit. */
export async function commit(
  { owner, here }: Pick<World, 'owner' | 'here'>,
  branch: string,
  files: Record<string, string | null>,
  from = 'main',
  message = `Change ${Object.keys(files).join(', ')}`,
): Promise<string> {
  const existing = await owner.rest.git.getRef({ ...here, ref: `heads/${branch}` }).catch(() => undefined);
  const parent =
    existing?.data.object.sha ?? (await owner.rest.git.getRef({ ...here, ref: `heads/${from}` })).data.object.sha;
  const base = await owner.rest.git.getCommit({ ...here, commit_sha: parent });
  const tree = await owner.rest.git.createTree({
    ...here,
    base_tree: base.data.tree.sha,
    tree: Object.entries(files).map(([path, content]) => ({
      path,
      mode: '100644' as const,
      type: 'blob' as const,
      ...(content === null ? { sha: null } : { content }),
    })),
  });
  const made = await owner.rest.git.createCommit({ ...here, message, tree: tree.data.sha, parents: [parent] });
  if (existing === undefined)
    await owner.rest.git.createRef({ ...here, ref: `refs/heads/${branch}`, sha: made.data.sha });
  else await owner.rest.git.updateRef({ ...here, ref: `heads/${branch}`, sha: made.data.sha });
  return made.data.sha;
}

/** Reads a pull request until its test merge is known, as clients of GitHub must. */
export async function settled(world: Pick<World, 'owner' | 'here' | 'idle'>, pull_number: number) {
  await world.owner.rest.pulls.get({ ...world.here, pull_number });
  await world.idle();
  return (await world.owner.rest.pulls.get({ ...world.here, pull_number })).data;
}

/** The status of a request that is refused. */
export async function refusal(request: Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await request;
  } catch (error) {
    const { status, response } = error as { status: number; response?: { data?: { message?: string } } };
    return { status, message: response?.data?.message ?? String(error) };
  }
  throw new Error('the request was not refused');
}
