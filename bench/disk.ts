import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../src/sandbox/engine.ts';
import { imagesOn } from '../src/sandbox/images/images.ts';
import { openSandbox } from '../src/sandbox/setup/open.ts';
import { buildImage } from '../src/sandbox/system/image.ts';

/**
 * Has a runner go through images of its own with a limit on its disk: `npm run bench:disk -- [GB] [images] [MB each]`, by default 30 of
 * 400 MB within 5 GB. Prints what the disk held at most, and what keeping to the limit took. All of the images are gone afterwards.
 */
const [diskGB = 5, count = 30, megabytes = 400] = process.argv.slice(2).map(Number);
const GIGABYTE = 1024 ** 3;
using open = await openSandbox({ mayInstall: true, ask: null, report: (line) => console.error(line) });
const base = await open.image('sandbox');
const docker = connect(open.engine);
const home = await mkdtemp(join(tmpdir(), 'huxley-bench-disk-'));
const prefix = `huxley-bench-disk-${process.pid}`;
const gone: string[] = [];
const images = imagesOn(open.engine, { diskGB, home, report: (line) => line.startsWith('Removed') && gone.push(line) });
const { DockerRootDir } = (await docker.info()) as { DockerRootDir: string };
const free = async () => {
  const { bavail, bsize } = await statfs(DockerRootDir);
  return bavail * bsize;
};
const there = () => docker.listImages({ filters: { reference: [`${prefix}`] } });
const before = await free();
let [most, mostImages, building] = [0, 0, 0];
const started = performance.now();
for (let n = 0; n < count; n++) {
  const name = `${prefix}:${n}`;
  await using _ = images.hold(name);
  await images.make(name, 'built', async () => {
    const at = performance.now();
    const text = `FROM ${base}\nRUN echo ${randomUUID()} && head -c ${megabytes * 1024 ** 2} /dev/urandom > /random\n`;
    await buildImage(
      docker,
      name,
      [{ path: 'Dockerfile', content: Buffer.from(text), executable: false }],
      600,
      () => {},
    );
    building += performance.now() - at;
    most = Math.max(most, before - (await free()));
  });
  const container = await docker.createContainer({ Image: name, Cmd: ['true'] });
  await container.remove();
  mostImages = Math.max(mostImages, (await there()).length);
}
const seconds = (performance.now() - started) / 1000;
console.log(
  `${count} images of ${megabytes} MB within ${diskGB} GB: ${gone.length} removed, ${mostImages} there at most, ${(most / GIGABYTE).toFixed(2)} GB more of the disk used at most; ${seconds.toFixed(0)} s, ${(seconds - building / 1000).toFixed(0)} s of them not building`,
);
for (const { RepoTags } of await there())
  for (const tag of RepoTags ?? []) await docker.getImage(tag).remove({ force: true });
await rm(home, { recursive: true });
