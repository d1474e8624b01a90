import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../src/sandbox/engine.ts';
import { imagesOn } from '../../src/sandbox/images/images.ts';
import { buildImage } from '../../src/sandbox/system/image.ts';

/**
 * A process that works with images one after the other, as tasks do: each is made ready, then used twice with a pause between, in which
 * only its hold says that it is in use. Ends with 1 where an image was gone in its pause.
 */
const [socket, home, diskGB, base, ...names] = process.argv.slice(2) as [string, string, string, string, ...string[]];
const engine = { socket };
const docker = connect(engine);
const images = imagesOn(engine, { diskGB: Number(diskGB), home, report: (line) => console.log(line) });
const use = async (image: string) => {
  const container = await docker.createContainer({ Image: image, Cmd: ['none'] });
  await container.remove();
};
for (const name of names) {
  await using _ = images.hold(name);
  await images.make(name, 'built', async () => {
    const file = (path: string, text: string) => ({ path, content: Buffer.from(text), executable: false });
    const random = `FROM ${base}\nRUN echo ${randomUUID()} && head -c 20000000 /dev/urandom > /random\n`;
    await buildImage(docker, name, [file('Dockerfile', random)], 120, () => undefined);
  });
  await use(name);
  await sleep(300);
  await use(name);
}
