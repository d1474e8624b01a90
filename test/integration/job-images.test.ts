import { expect, inject, onTestFinished, test } from 'vitest';
import type { Suite } from '../../src/benchmark/suite.ts';
import { runJob } from '../../src/job/run-job.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { type Images, imagesOn } from '../../src/sandbox/images/images.ts';
import { diskWorld } from '../support/disk.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { HUB_LIMIT, imageRegistry, minutesUntil } from '../support/image-registry.ts';
import { ASKING_AGENT, commitOf, evaluateOrder, machineWith } from '../support/job.ts';
import { tinySuite } from '../support/tiny-suite.ts';

const TASKS = ['a', 'b', 'c', 'd'];

/** Tasks by turns in two images of a registry, on a disk that holds one of them. */
async function jobInImages() {
  const world = await diskWorld();
  const registry = await imageRegistry();
  onTestFinished(() => registry[Symbol.asyncDispose]());
  const names = ['x', 'y'].map((tag) => `${registry.host}/${world.prefix}:${tag}`);
  for (const tag of ['x', 'y']) await registry.push(world.prefix, tag, 10);
  world.pulled.push(...names);
  const report = (line: string) => void world.said.push(line);
  const options = { diskGB: 0.015, home: world.home, env: { DOCKER_CONFIG: '/nonexistent' }, report };
  const images = imagesOn({ socket: world.socket }, options);
  const suite = tinySuite(Object.fromEntries(TASKS.map((id) => [id, 'alpha'])));
  const imageOf = (id: string) => names[TASKS.indexOf(id) % 2]!;
  return { world, registry, images, suite: inImages(suite, imageOf, images) };
}

function inImages(suite: Suite, imageOf: (id: string) => string, images: Images): Suite {
  return {
    ...suite,
    list: () => suite.list().map((task) => ({ ...task, image: imageOf(task.id) })),
    async workspace(id) {
      await images.ready(imageOf(id));
      return await suite.workspace(id);
    },
  };
}

async function measure({ suite, images }: Awaited<ReturnType<typeof jobInImages>>) {
  await using endpoint = await fakeEndpoint((_, response) => sendJson(response, chatAnswer('alpha')));
  const commit = await commitOf({ 'agent.mjs': ASKING_AGENT });
  const sandbox = dockerSandbox({ socket: inject('engineSocket') }, { images, report: () => undefined });
  const openSandbox = async () => ({ sandbox, image: inject('sandboxImage') });
  const result = await runJob(
    evaluateOrder(commit, TASKS),
    machineWith(commit, suite, endpoint, { openSandbox, concurrency: 1 }),
  );
  return result.kind === 'evaluate' ? result.perTask : [];
}

test('a job pulls each image once, however small the disk, and leaves results in the order’s order', async () => {
  const job = await jobInImages();
  const results = await measure(job);
  expect(results.map(({ task, verdict }) => `${task} ${verdict}`)).toEqual(TASKS.map((id) => `${id} resolved`));
  expect(job.registry.pulls()).toBe(2);
  expect(job.world.said.filter((line) => line.startsWith('Removed'))).toEqual([
    expect.stringMatching(/:x, used least \(0\.01 GB\)/),
  ]);
  const held = await job.world.docker.listContainers({ all: true, filters: { label: ['huxley.purpose=hold'] } });
  expect(held.filter(({ Image }) => Image.startsWith(job.registry.host))).toEqual([]);
});

test('a limit on pulls is no verdict on any variant, and says when it ends', async () => {
  const job = await jobInImages();
  job.registry.answer(() => ({ status: 429, body: HUB_LIMIT, headers: { 'retry-after': '5400' } }));
  const results = await measure(job);
  expect(results.map(({ verdict }) => verdict)).toEqual(TASKS.map(() => 'infrastructure'));
  for (const { evidence, unbegun } of results) {
    expect(minutesUntil(evidence)).toBeCloseTo(90, -1);
    expect(unbegun).toBe(true);
  }
});
