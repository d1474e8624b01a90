import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { APP_EVENTS } from '../../../src/local-github/app/permissions.ts';
import { receiver } from './receiver.ts';
import { type World, world } from './world.ts';

const good = {
  name: 'Huxley of Ada',
  url: 'https://huxley.example.com',
  redirect_url: 'http://127.0.0.1:9/back?from=github',
  hook_attributes: { url: 'http://127.0.0.1:9/hook' },
  public: false,
  default_permissions: { contents: 'write', issues: 'write' },
  default_events: ['issues', 'push'],
};

const post = (url: string, fields: Record<string, string> | [string, string][], token?: string) =>
  fetch(url, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
    ...(token !== undefined && { headers: { cookie: `local_github=${token}` } }),
  });
const convert = (hub: World, code: string) =>
  fetch(`${hub.apiUrl}/app-manifests/${code}/conversions`, { method: 'POST' });
const draftIn = async (answer: Response) => /name="draft" value="(\w+)"/.exec(await answer.text())?.[1] ?? '';

/** What somebody gets back who presses the button; where it leads, or what the page says. */
async function press(hub: World, manifest: object, path = '/settings/apps', name = 'Huxley of Ada') {
  const shown = await post(`${hub.url}${path}/new?state=s1`, { manifest: JSON.stringify(manifest) }, hub.ownerToken);
  const answer = await post(`${hub.url}${path}`, { draft: await draftIn(shown), name }, hub.ownerToken);
  return answer.status === 302 ? new URL(answer.headers.get('location')!) : answer.text();
}

test('a manifest becomes an App whose credentials its code gives once, within the hour; then it is installed and hears of events', async () => {
  let now = Date.now();
  await using heard = await receiver();
  await using hub = await world({ now: () => new Date(now) });
  const manifest = { ...good, hook_attributes: { url: heard.url }, setup_url: 'http://127.0.0.1:9/ready' };
  const back = (await press(hub, manifest)) as URL;
  expect(back.href).toMatch(/^http:\/\/127\.0\.0\.1:9\/back\?from=github&code=[0-9a-f]{40}&state=s1$/);
  const converted = await convert(hub, back.searchParams.get('code')!);
  expect(converted.status).toBe(201);
  const app = (await converted.json()) as Record<string, string>;
  expect(app).toMatchObject({
    name: 'Huxley of Ada',
    slug: 'huxley-of-ada',
    owner: { login: 'ada' },
    permissions: good.default_permissions,
    events: good.default_events,
    external_url: good.url,
    pem: expect.stringContaining('BEGIN RSA PRIVATE KEY'),
    webhook_secret: expect.stringMatching(/^[0-9a-f]{40}$/),
    client_secret: expect.stringMatching(/^[0-9a-f]{40}$/),
  });
  expect((await convert(hub, back.searchParams.get('code')!)).status).toBe(404);

  const page = `${app.html_url}/installations/new`;
  expect(await (await fetch(page)).text()).toContain('ada/agent');
  const form = (account: string): [string, string][] => [
    ['account', account],
    ['select', 'some'],
    ['repository', 'ada/agent'],
  ];
  expect((await post(page, form('mallory'), hub.strangerToken)).status).toBe(403);
  expect(
    (
      await post(
        page,
        [
          ['account', 'ada'],
          ['select', 'some'],
        ],
        hub.ownerToken,
      )
    ).status,
  ).toBe(422);
  const installed = await post(page, form('ada'), hub.ownerToken);
  expect(installed.headers.get('location')).toMatch(
    /^http:\/\/127\.0\.0\.1:9\/ready\?installation_id=\d+&setup_action=install$/,
  );
  await hub.idle();
  expect(heard.received.map(({ event, action }) => [event, action])).toEqual([['installation', 'created']]);
  expect(JSON.parse(heard.received[0]!.text)).toMatchObject({
    installation: { repository_selection: 'selected' },
    repositories: [{ full_name: 'ada/agent' }],
  });
  expect((await post(page, form('ada'), hub.ownerToken)).status).toBe(422);

  const late = (await press(hub, good, undefined, 'Late')) as URL;
  now += 3_600_001;
  expect((await convert(hub, late.searchParams.get('code')!)).status).toBe(404);
});

test('what GitHub does not take is refused with its field, and a page of another site cannot press the button', async () => {
  await using hub = await world();
  const { user } = hub.setup.createUser('acme', 'Organization');
  const { url: _url, ...noUrl } = good;
  for (const [manifest, said] of [
    ['{', 'It is not JSON'],
    [noUrl, 'url: '],
    [{ ...good, hook_attributes: { active: false } }, 'hook_attributes.url: '],
    [{ ...good, hook_attributes: { ...good.hook_attributes, secret: 'x' } }, 'hook_attributes: '],
    [{ ...good, default_permissions: { everything: 'write' } }, 'everything: write cannot be asked for'],
    [{ ...good, default_permissions: { metadata: 'admin' } }, 'metadata: admin cannot be asked for'],
    [{ ...good, default_events: ['installation'] }, 'default_events.0: '],
    [{ ...good, version: 'v1' }, 'manifest: '],
  ] as const) {
    const answer = await post(`${hub.url}/settings/apps/new`, {
      manifest: typeof manifest === 'string' ? manifest : JSON.stringify(manifest),
    });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain(said);
  }
  for (const name of ['', 'Huxley', 'mallory', 'x'.repeat(35)])
    expect(await press(hub, good, undefined, name)).toContain(
      name.length % 34 < 2 ? 'Name is' : 'Name is already taken',
    );
  expect((await post(`${hub.url}/settings/apps`, { draft: 'guessed', name: 'x' }, hub.ownerToken)).status).toBe(422);
  const shown = await post(`${hub.url}/settings/apps/new`, { manifest: JSON.stringify(good) });
  const unsigned = { draft: await draftIn(shown), name: 'Unsigned' };
  expect((await post(`${hub.url}/settings/apps`, unsigned)).status).toBe(401);
  expect((await post(`${hub.url}/settings/apps`, { ...unsigned, token: hub.ownerToken })).status).toBe(302);

  const manifest = JSON.stringify(good);
  expect((await post(`${hub.url}/organizations/nobody/settings/apps/new`, { manifest })).status).toBe(404);
  expect(await press(hub, good, '/organizations/acme/settings/apps', 'acme')).toBeInstanceOf(URL);
  expect(hub.hub.store.apps.find({ slug: 'acme' })?.owner).toBe(user.id);
});

test('every event that GitHub publishes an example of can be subscribed to, or comes by itself', () => {
  const examples = createRequire(import.meta.url)('@octokit/webhooks-examples/api.github.com/index.json');
  const names: string[] = examples.map(({ name }: { name: string }) => name);
  expect(names.filter((name) => !APP_EVENTS.has(name))).toEqual([
    'github_app_authorization',
    'installation',
    'installation_repositories',
    'marketplace_purchase',
    'ping',
    'repository_import',
    'repository_vulnerability_alert',
    'sponsorship',
  ]);
});
