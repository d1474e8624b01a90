import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { Records } from '../../src/sandbox/images/records.ts';
import { roomOn } from '../../src/sandbox/images/room.ts';
import { diskWorld, MEGABYTE } from '../support/disk.ts';

const GB = 1024 ** 3;

test('thirty images go through a small disk, and what was used last stays', async () => {
  const world = await diskWorld();
  const limit = world.baseGB + (75 * MEGABYTE) / GB;
  const images = world.limitedTo(limit);
  let most = 0;
  for (let n = 0; n < 30; n++) {
    await using _ = images.hold(world.name(n));
    await world.build(images, n, 20);
    const there = await world.there();
    expect(there).toContain(world.name(n));
    most = Math.max(most, there.length);
    // The first is used by every task.
    if (n > 0) await images.ready(world.name(0));
  }
  expect(most).toBe(3);
  expect(await world.there()).toEqual([0, 28, 29].map(world.name).sort());
  expect(world.said.filter((line) => /^Removed .* used least/.test(line))).toHaveLength(27);
  // Another process goes on from the same account.
  const later = world.limitedTo(world.baseGB + (30 * MEGABYTE) / GB);
  await later.tidy();
  expect(await world.there()).toEqual([world.name(0)]);
});

test('an image that is in use stays: held, or with a container, also where the limit is exceeded; one alone too large is refused', async () => {
  const world = await diskWorld();
  const images = world.limitedTo(world.baseGB + (25 * MEGABYTE) / GB);
  const other = world.limitedTo(undefined);
  await world.build(images, 'container', 20);
  const container = await world.docker.createContainer({ Image: world.name('container'), Cmd: ['none'] });
  {
    // As another process sees it: its account does not know of this hold.
    await using _ = other.hold(world.name('held'));
    await world.build(other, 'held', 20);
    await world.build(images, 'third', 20);
    expect(await world.there()).toEqual(['container', 'held', 'third'].map(world.name));
    expect(world.said.join('\n')).toMatch(/Images in use take 0.\d\d GB more than the limit of 0.\d\d GB/);
  }
  await container.remove();
  await images.tidy();
  expect(await world.there()).toEqual([world.name('third')]);
  await expect(world.build(images, 'large', 40)).rejects.toMatchObject({
    code: 'image.budget',
    message: expect.stringMatching(/large takes 0.\d\d GB, more than the 0.\d\d GB that all images may take here/),
    remedy: expect.stringContaining('HUXLEY_DISK_GB'),
  });
  expect(await world.there()).not.toContain(world.name('large'));
});

test('an image removed between two uses is had once more', async () => {
  const world = await diskWorld();
  const images = world.limitedTo(undefined);
  await world.build(images, 'gone', 1);
  await world.docker.getImage(world.name('gone')).remove();
  expect(await images.again(world.name('gone'))).toBe(true);
  expect(await world.there()).toEqual([world.name('gone')]);
  expect(await images.again(world.name('never'))).toBe(false);
});

test('what a process died over is known to the next one', async () => {
  const world = await diskWorld();
  const name = world.name('died');
  const context = [{ path: 'Dockerfile', text: `FROM ${world.base}\nRUN echo ${name}\nLABEL of=${name}\n` }];
  const script = `
    import { connect } from ${JSON.stringify(projectPath('src/sandbox/engine.ts'))};
    import { imagesOn } from ${JSON.stringify(projectPath('src/sandbox/images/images.ts'))};
    import { buildImage } from ${JSON.stringify(projectPath('src/sandbox/system/image.ts'))};
    const [engine, home, name, context] = JSON.parse(process.argv[1]);
    await imagesOn(engine, { home, report: () => {} }).make(name, 'built', async () => {
      const files = context.map(({ path, text }) => ({ path, content: Buffer.from(text), executable: false }));
      await buildImage(connect(engine), name, files, 60, () => {});
      process.kill(process.pid, 'SIGKILL');
    });`;
  const given = JSON.stringify([{ socket: world.socket }, world.home, name, context]);
  const args = ['--input-type=module-typescript', '-e', script, given];
  await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
  expect(await world.there()).toEqual([name]);
  await world.limitedTo(0.001).tidy();
  expect(await world.there()).toEqual([]);
});

test('where the disk itself is short, what was used least goes without any limit', async () => {
  const world = await diskWorld();
  const images = world.limitedTo(undefined);
  for (const n of [1, 2, 3]) await world.build(images, n, 1);
  let free = 1 * GB;
  const used = () => new Set([world.name(1)]);
  const room = roomOn(world.docker, new Records(world.docker, world.home), null, used, async () => (free += GB / 2));
  const { gone, over } = await room.make(0.5 * GB, new Set());
  expect([gone.map(({ reference }) => reference), over]).toEqual([[2, 3].map(world.name), 0]);
});

test('a full disk is named once nothing is left that could go', async () => {
  const world = await diskWorld();
  const images = world.limitedTo(world.baseGB + 4);
  await world.build(images, 'old', 1);
  // The kernel's own error.
  const full = world.build(images, 'full', 1, 'RUN cat /bin/sh > /dev/full\n');
  await expect(full).rejects.toMatchObject({
    ...{ code: 'image.full', message: expect.stringMatching(/The disk is full, and .*No space left on device/s) },
    remedy: expect.stringContaining('docker system df'),
  });
  expect(await world.there()).toEqual([]);
});

test('what Huxley did not make stays, whatever labels and names say', async () => {
  const world = await diskWorld();
  const images = world.limitedTo(0.001);
  const foreign = world.limitedTo(undefined, join(world.home, 'of somebody else'));
  // Of somebody else, with everything that Huxley's own images and containers are known by.
  const [{ reference }] = [{ reference: world.name('theirs') }];
  await world.build(
    foreign,
    'theirs',
    1,
    'LABEL huxley.owner=x huxley.purpose=hold huxley.layer=WyJub2RlX21vZHVsZXMiXQ\n',
  );
  const { Id } = await world.docker.getImage(reference).inspect();
  // Ours claims to be theirs, and is replaced by name.
  const unlimited = world.limitedTo(undefined);
  await world.build(unlimited, 'ours', 1, `LABEL huxley.reference=${reference} huxley.id=${Id}\n`);
  await world.build(unlimited, 'replaced', 1);
  await world.docker.getImage(reference).tag({ repo: `${world.prefix}/task`, tag: 'replaced' });
  await world.docker.getImage(world.name('ours')).tag({ repo: `${world.prefix}/kept`, tag: 'by-its-user' });
  await images.tidy();
  expect(await world.there()).toEqual([`${world.prefix}/kept:by-its-user`, world.name('replaced'), reference]);
});

test('two processes with one account never take an image from each other', async () => {
  const world = await diskWorld();
  const limit = world.baseGB + (50 * MEGABYTE) / GB;
  const runs = ['a', 'b'].map(async (who) => {
    const names = Array.from({ length: 8 }, (_, n) => world.name(`${who}${n}`));
    const args = [join(import.meta.dirname, '../support/disk-worker.ts'), world.socket!, world.home, String(limit)];
    const child = spawn(process.execPath, [...args, world.base, ...names], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const [code] = await once(child, 'close');
    return { code, output };
  });
  for (const { code, output } of await Promise.all(runs)) {
    expect(output).not.toMatch(/error/i);
    expect(code).toBe(0);
  }
  expect((await world.there()).length).toBeLessThanOrEqual(3);
});
