import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { AppProcess } from '../support/app-process.ts';
import { expectConsistent } from '../support/consistency.ts';
import { endsWithTest } from '../support/ends-with-test.ts';
import { SECRET, until, World } from '../support/world.ts';

/** `huxley serve` as a deployment starts it. */
async function serve(world: World, url: string): Promise<ChildProcess> {
  const { appId, privateKey, apiURL } = world.credentials;
  const child = spawn(process.execPath, [projectPath('src', 'main.ts'), 'serve'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HUXLEY_HOME: world.folder,
      APP_ID: `${appId}`,
      PRIVATE_KEY: privateKey,
      WEBHOOK_SECRET: SECRET,
      GITHUB_API_URL: apiURL,
      HOST: '127.0.0.1',
      PORT: new URL(url).port,
      HUXLEY_SWEEP_SECONDS: '3',
      LOG_LEVEL: 'fatal',
    },
  });
  endsWithTest(child);
  await until(async () => ((await ready(url)) === 200 ? true : undefined), 'the App to be ready');
  return child;
}

const ready = (url: string) =>
  fetch(`${url}/ready`).then(
    ({ status }) => status,
    () => null,
  );

test('SIGTERM: not ready at once, the turn at hand is finished and told, exit 0; what was taken before is worked on after the restart', async () => {
  await using world = await World.start({
    luck: 0.8,
    tasks: 8,
    configuration:
      'benchmark: { suite: tasks, holdout: 0.5 }\nsearch: { policy: hgm, budget: 6, concurrency: 1, batch: 4 }\n',
  });
  const { url } = await AppProcess.prepare(world);
  let app = await serve(world, url);
  const issue = await world.run('seed=5');
  const results = async () =>
    (await world.entries('r1')).filter(({ event }) => /^evaluation.done$|^expansion.(made|failed)$/.test(event.type));
  await until(async () => ((await results()).length > 0 ? true : undefined), 'a result', 120);

  const asked = await world.comment(issue, '/huxley status');
  const exit = once(app, 'exit');
  app.kill('SIGTERM');
  const seen = new Set<number | null>();
  while (app.exitCode === null && app.signalCode === null) seen.add(await ready(url));
  expect(await exit).toEqual([0, null]);
  expect(seen).toContain(503);
  // Whatever was recorded has been told: every result is in a check run.
  const told = await world.withStore((store) =>
    store.readDocument({ repository: 'octo/agent', run: 'r1' }, 'published'),
  );
  expect((await results()).at(-1)!.seq).toBeLessThanOrEqual(told as number);

  app = await serve(world, url);
  expect(await world.reply(issue, asked)).toContain('r1');
  const archive = await world.ended('r1');
  await expectConsistent(world, 'r1', archive);
  const stopped = once(app, 'exit');
  app.kill('SIGTERM');
  expect(await stopped).toEqual([0, null]);
});
