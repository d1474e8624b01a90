import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { ensureImage, imageState } from '../../src/sandbox/setup/image.ts';
import { diskWorld } from '../support/disk.ts';
import { imageRegistry } from '../support/image-registry.ts';

// An image that a release published is pulled by its digest, and has to be made of the same files as are here.

const NAME = 'tiny';

async function world() {
  const { docker, socket, home, said, pulled, prefix } = await diskWorld();
  const root = mkdtempSync(join(tmpdir(), 'huxley-published-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  cpSync(projectPath('docker', 'sandbox'), join(root, 'sandbox'), { recursive: true });
  mkdirSync(join(root, NAME));
  writeFileSync(join(root, NAME, 'image.json'), '{ "from": "sandbox" }');
  // Of this test alone, so that no image of another has the same digest.
  writeFileSync(join(root, NAME, 'Dockerfile'), `ARG BASE\nFROM $BASE\nENV WORLD=${prefix}\n`);
  const { reference } = await imageState({ socket }, NAME, root);
  pulled.push(reference);
  const registry = await imageRegistry();
  onTestFinished(() => registry[Symbol.asyncDispose]());
  const inspect = async () => (await docker.getImage(reference).inspect()).Config;
  const ensure = (published: string | null, mayInstall = true) => {
    const report = (line: string) => void said.push(line);
    return ensureImage({ socket }, NAME, { root, home, report, mayInstall, published: { [NAME]: published } });
  };
  const push = async (labels: Readonly<Record<string, string>>) => {
    const name = `${registry.host}/${prefix}@${await registry.push(prefix, '1', 1, labels)}`;
    pulled.push(name);
    return name;
  };
  return { docker, registry, reference, said, inspect, ensure, push };
}

test('what a release published is pulled once, and has the name of what would be built', async () => {
  const { docker, registry, reference, said, inspect, ensure, push } = await world();
  const published = await push({ 'huxley.image': reference });
  await expect(ensure(published, false)).rejects.toMatchObject({ code: 'setup.image' });
  expect(registry.pulls()).toBe(0);
  expect(await ensure(published)).toBe(reference);
  expect(await ensure(published)).toBe(reference);
  expect(registry.pulls()).toBe(1);
  expect(said).toEqual([`Pulling ${published}.`]);
  expect((await inspect()).Env ?? []).not.toContainEqual(expect.stringMatching(/^WORLD=/));
  await docker.getImage(reference).remove();
  await expect(docker.getImage(published).inspect()).rejects.toMatchObject({ statusCode: 404 });
});

test.each([
  ['other files', { 'huxley.image': 'huxley/tiny:0123456789abcdef' }, 'it is huxley/tiny:0123456789abcdef, and'],
  ['nobody knows what', {}, 'it is made of unknown sources, and'],
])('one that is made of %s is refused, and the image built', async (_, labels, why) => {
  const { docker, reference, said, inspect, ensure, push } = await world();
  const published = await push(labels);
  expect(await ensure(published)).toBe(reference);
  expect(said).toEqual([
    `Pulling ${published}.`,
    expect.stringContaining(
      `${published} is refused and the image built here: ${why} the sources here make ${reference}.`,
    ),
    `Building the image ${reference}.`,
  ]);
  expect((await inspect()).Labels).toMatchObject({ 'huxley.image': reference });
  await expect(docker.getImage(published).inspect()).rejects.toMatchObject({ statusCode: 404 });
});

test('where it cannot be pulled, the reason is said and the image built', async () => {
  const { registry, reference, said, inspect, ensure } = await world();
  const absent = `${registry.host}/nothing@sha256:${'0'.repeat(64)}`;
  expect(await ensure(absent)).toBe(reference);
  expect(said).toEqual([
    `Pulling ${absent}.`,
    expect.stringMatching(/^The published image is not available, so it is built here\. .*has no such image/),
    `Building the image ${reference}.`,
  ]);
  expect((await inspect()).Env).toContainEqual(expect.stringMatching(/^WORLD=/));
});
