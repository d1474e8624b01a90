import { expect, inject, test } from 'vitest';
import type { FileEntry } from '../../src/model/file.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';

const sandbox = dockerSandbox({ socket: inject('engineSocket') });
const dockerfile = (text: string): readonly FileEntry[] => [
  { path: 'Dockerfile', content: Buffer.from(text), executable: false },
];

test('an image is built once, and says where it works, as whom, and where it looks for commands', async () => {
  const name = 'huxley/task:test-settings';
  const from = `FROM ${inject('sandboxImage')}\n`;
  await sandbox.build(name, dockerfile(`${from}ENV PATH=/opt/bin:/usr/bin:/bin\nUSER 1000\nWORKDIR /srv/app\n`), 60);
  await sandbox.build(name, dockerfile('FROM nothing that could be built\n'), 60);
  const settings = await sandbox.settings(name);
  expect(settings).toEqual({ workdir: '/srv/app', user: '1000', path: ['/opt/bin', '/usr/bin', '/bin'] });
});

test('an image that cannot be built says why', async () => {
  const failing = dockerfile(`FROM ${inject('sandboxImage')}\nRUN echo so it is && exit 3\n`);
  await expect(sandbox.build('huxley/task:test-failing', failing, 60)).rejects.toMatchObject({
    code: 'sandbox.build',
    message: expect.stringMatching(/so it is[\s\S]*non-zero code: 3/),
  });
  const slow = dockerfile(`FROM ${inject('sandboxImage')}\nRUN sleep 30\n`);
  await expect(sandbox.build('huxley/task:test-slow', slow, 2)).rejects.toThrow('it took more than 2 s');
  await expect(sandbox.settings('huxley/task:test-none')).rejects.toThrow("has no image 'huxley/task:test-none'");
});
