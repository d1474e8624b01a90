import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { EVENTS } from '../run/inbox/deliveries.ts';

const manifest = parse(readFileSync(join(import.meta.dirname, '..', '..', 'app.yml'), 'utf8'));

test('the manifest asks for exactly what the App uses, and never for workflows', () => {
  expect(manifest.default_permissions).toEqual({
    actions: 'write',
    checks: 'write',
    contents: 'write',
    issues: 'write',
    metadata: 'read',
    pull_requests: 'write',
    statuses: 'read',
  });
  expect([...manifest.default_events].sort()).toEqual([...EVENTS].sort());
});

test('the manifest has what GitHub requires of one', () => {
  expect(Object.keys(manifest).sort()).toEqual(
    ['default_events', 'default_permissions', 'description', 'hook_attributes', 'name', 'public', 'url'].sort(),
  );
  expect(() => new URL(manifest.url)).not.toThrow();
});

test('every permission and event is one GitHub publishes', () => {
  const path = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'openapi.json.gz');
  const published = JSON.parse(gunzipSync(readFileSync(path)).toString()).components.schemas['app-permissions'];
  for (const [name, access] of Object.entries(manifest.default_permissions))
    expect(published.properties[name]?.enum, name).toContain(access);
  const examples = createRequire(import.meta.url)('@octokit/webhooks-examples/api.github.com/index.json');
  const events = examples.map(({ name }: { name: string }) => name);
  for (const event of manifest.default_events) expect(events).toContain(event);
});

test('the App is a default-exported Probot app function', async () => {
  const { default: app } = await import('../app.ts');
  expect(app).toBeTypeOf('function');
});
