import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { connect } from '../../src/sandbox/engine.ts';
import { type ImageIndex, imageIndex } from '../../src/sandbox/system/image-index.ts';
import { readChanged, readImage } from '../../src/sandbox/system/read-parts.ts';
import { readSystem } from '../../src/sandbox/system/read-system.ts';

const LIMITS = { maxBytes: 64 * 1024 * 1024, maxEntries: 5_000 };
const docker = connect({ socket: inject('engineSocket') });
const made: Docker.Container[] = [];
let pristine: Docker.Container;
let index: ImageIndex;

const create = async (script: string) => {
  const container = await docker.createContainer({
    ...{ Image: inject('sandboxImage'), Entrypoint: ['sh', '-c', script], User: '0:0' },
    HostConfig: { NetworkMode: 'none', CapAdd: ['MKNOD'] },
  });
  made.push(container);
  return container;
};
const exported = async (container: Docker.Container) => (await container.export()) as unknown as Readable;

beforeAll(async () => {
  pristine = await create('true');
  index = await imageIndex((await pristine.inspect()).Image, () => exported(pristine));
});
afterAll(() => Promise.all(made.map((container) => container.remove({ force: true, v: true }))));

/** A container in which this ran, and how the engine says its paths changed. */
async function after(script: string) {
  const container = await create(script);
  await container.start();
  expect((await container.wait()).StatusCode).toBe(0);
  const changes = (await container.changes()) as readonly { Path: string; Kind: number }[];
  return { container, kinds: new Map(changes.map(({ Path, Kind }) => [Path.slice(1), Kind])) };
}

/** Every way in which a file system may differ. */
const ALL = `
mkdir -p /srv/a/b; echo x > /srv/a/b/f; echo >> /etc/passwd; rm /etc/group; chmod 600 /etc/shells
# Folders made again, one of them empty.
rm -r /etc/ssl /usr/share/bash-completion; mkdir -p /etc/ssl/x /usr/share/bash-completion; echo 1 > /etc/ssl/x/y
# Links in place of folders, and folders in place of links.
rm -r /mnt; ln -s /etc /mnt; rm /usr/bin/python; mkdir /usr/bin/python; cp /usr/bin/true /usr/bin/python/cat; ln -s /nowhere /opt/link
# Names of one file, in one folder and across.
mkdir /srv/c /opt/d; echo x > /srv/c/1; ln /srv/c/1 /srv/c/2; ln /srv/c/1 /opt/d/3; ln /etc/passwd /etc/other
mkdir '/srv/a b+%41'; echo > '/srv/a b+%41/*?[x] "&é'; touch '/srv/ ' '/srv/a\\b' "/opt/$(printf 'a\tb\nc')"
chown -R 7:8 /srv; chmod 4755 /usr/bin/env; chmod 1700 /srv; mkfifo /srv/fifo /opt/fifo
`;

it('reads of all that may differ what a tar of the whole file system says', async () => {
  const { container, kinds } = await after(ALL);
  const parts = await readChanged(container, kinds, index, LIMITS);
  const whole = await readSystem(await exported(container), (path) => kinds.has(path), LIMITS);
  expect(whole.entries.size).toBeGreaterThan(30);
  expect([...parts!.entries].sort()).toEqual([...whole.entries].sort());
  expect([...parts!.skipped].sort()).toEqual(['opt/fifo (a fifo)', 'srv/fifo (a fifo)']);
  expect([...whole.skipped].sort()).toEqual([...parts!.skipped].sort());
  const before = await readSystem(await exported(pristine), (path) => kinds.has(path), LIMITS);
  const image = await readImage(
    async () => pristine,
    kinds,
    index,
    parts!.entries,
    () => expect.unreachable(),
  );
  expect([...image].sort()).toEqual([...before.entries].sort());
  expect(index.paths).toEqual(before.paths);
}, 120_000);

it('keeps to the limits over all parts, and refuses devices', async () => {
  const spread = await after('for n in 1 2 3; do mkdir -p /srv/$n; head -c 40000 /dev/zero > /srv/$n/f; done');
  const read = (limits: Partial<typeof LIMITS>) =>
    readChanged(spread.container, spread.kinds, index, { ...LIMITS, ...limits });
  await expect(read({ maxBytes: 100_000 })).rejects.toThrow('more than the 100000 bytes there are for all files');
  await expect(read({ maxEntries: 4 })).rejects.toThrow('more than 4 changes');
  const device = await after('mknod /srv/null c 1 3');
  await expect(readChanged(device.container, device.kinds, index, LIMITS)).rejects.toThrow("'srv/null' is a device");
});

it('leaves to a tar of the whole what is many parts, or no tar holds, or has a name that is no text', async () => {
  const many = await after('cd /etc; for n in $(seq 120); do echo $n > many-$n; done');
  expect(await readChanged(many.container, many.kinds, index, LIMITS)).toBeNull();
  const socket = await after('python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\'/srv/socket\')"');
  expect(await readChanged(socket.container, socket.kinds, index, LIMITS)).toBeNull();
  const odd = await after(`touch "/srv/$(printf '\\377')"`);
  expect(await readChanged(odd.container, odd.kinds, index, LIMITS)).toBeNull();
});
