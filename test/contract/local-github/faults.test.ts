import { expect, test } from 'vitest';
import { receiver } from './receiver.ts';
import { refusal, world } from './world.ts';

const CREATE = 'POST /repos/{owner}/{repo}/issues';

test('deliveries are dropped, lost, doubled, held and delayed on demand', async () => {
  await using hook = await receiver();
  await using hub = await world({}, { webhookUrl: hook.url });
  const issue = (title: string) => hub.owner.rest.issues.create({ ...hub.here, title });
  await hub.idle();
  hook.received.length = 0;
  hub.faults.delivery({ event: 'issues.opened', fault: 'drop' });
  hub.faults.delivery({ event: 'issues', fault: 'lose' });
  hub.faults.delivery({ event: 'issues', fault: 'double' });
  hub.faults.delivery({ event: 'issues', fault: 'hold' });
  for (const title of ['dropped', 'lost', 'doubled', 'held', 'plain']) await issue(title);
  hub.faults.delivery({ event: 'issues', fault: { delay: 300 } });
  await issue('delayed');
  await issue('last');
  await hub.idle();
  const titles = hook.received.map(({ text }) => JSON.parse(text).issue.title);
  expect(titles.toSorted()).toEqual(['delayed', 'doubled', 'doubled', 'held', 'last', 'plain']);
  expect(titles.indexOf('held')).toBeGreaterThan(titles.indexOf('plain'));
  expect(titles.at(-1)).toBe('delayed');
  const doubled = hook.received.filter(({ text }) => JSON.parse(text).issue.title === 'doubled');
  expect(doubled[0]!.id).toBe(doubled[1]!.id);
  const app = await hub.probot.auth();
  const failed = (await app.rest.apps.listWebhookDeliveries()).data.filter(({ status_code }) => status_code === 0);
  expect(failed).toHaveLength(1);
});

test('a secondary limit says when to come back, and clients that wait get through', async () => {
  await using hub = await world();
  hub.faults.request({ route: CREATE, fault: { type: 'secondary-limit', retryAfter: 1 }, times: 2 });
  try {
    await hub.owner.rest.issues.create({ ...hub.here, title: 'x' });
    expect.unreachable();
  } catch (error) {
    const { status, response } = error as { status: number; response: { headers: Record<string, string> } };
    expect([status, response.headers['retry-after']]).toEqual([403, '1']);
  }
  const got = await hub.octokit.rest.issues.create({ ...hub.here, title: 'patient' }).catch((error) => error.status);
  expect([403, 201]).toContain(typeof got === 'number' ? got : got.status);
});

test('a primary limit comes with its headers, by script and by count', async () => {
  await using hub = await world({ limits: { requestsPerHour: 20 } });
  hub.faults.request({ route: CREATE, fault: { type: 'primary-limit', seconds: 60 } });
  try {
    await hub.owner.rest.issues.create({ ...hub.here, title: 'x' });
    expect.unreachable();
  } catch (error) {
    const { status, response } = error as { status: number; response: { headers: Record<string, string> } };
    expect([status, response.headers['x-ratelimit-remaining']]).toEqual([403, '0']);
  }
  const answers: number[] = [];
  for (let i = 0; i < 22; i++)
    answers.push((await hub.stranger.rest.repos.get(hub.here).catch((error) => error)).status);
  expect(answers.filter((status) => status === 200)).toHaveLength(20);
  expect(answers.at(-1)).toBe(403);
});

test('secondary limits hold where they are asked for: content and points, each caller’s own, with the time to wait', async () => {
  const answersOf = async (speed: number, writes: number, reads: number) => {
    await using hub = await world({ limits: { requestsPerHour: 1_000_000, secondary: true, speed } });
    const write = () => hub.owner.rest.issues.create({ ...hub.here, title: 'x' });
    const read = () => hub.owner.rest.repos.get(hub.here);
    const answers: { status: number; wait: number; text: string }[] = [];
    for (const ask of [...Array(writes).fill(write), ...Array(reads).fill(read)])
      await ask().then(
        () => answers.push({ status: 200, wait: 0, text: '' }),
        ({
          status,
          message,
          response,
        }: {
          status: number;
          message: string;
          response: { headers: Record<string, string> };
        }) => answers.push({ status, wait: Number(response.headers['retry-after']), text: message }),
      );
    expect((await hub.stranger.rest.repos.get(hub.here)).status).toBe(200);
    return answers;
  };
  const content = await answersOf(1, 82, 0);
  expect(content.filter(({ status }) => status === 200)).toHaveLength(80);
  expect(content.at(-1)).toMatchObject({
    status: 403,
    text: expect.stringMatching(/^You have exceeded a secondary rate limit/),
  });
  expect(content.at(-1)!.wait).toBeGreaterThan(30);
  // 60 writes are 300 points, and leave 600 reads.
  const points = await answersOf(1, 60, 620);
  expect(points.filter(({ status }) => status === 200)).toHaveLength(660);
  // A minute of 120 ms.
  const fast = await answersOf(500, 82, 0);
  expect(fast.at(-1)!.wait === 0 || fast.at(-1)!.wait === 1).toBe(true);
});

test('a stale read is answered as it was', async () => {
  await using hub = await world();
  hub.faults.request({ route: 'GET /repos/{owner}/{repo}/issues/{issue_number}', fault: { type: 'stale' }, after: 1 });
  await hub.owner.rest.issues.create({ ...hub.here, title: 'old' });
  const read = async () => (await hub.owner.rest.issues.get({ ...hub.here, issue_number: 1 })).data.title;
  expect(await read()).toBe('old');
  await hub.owner.rest.issues.update({ ...hub.here, issue_number: 1, title: 'new' });
  expect([await read(), await read()]).toEqual(['old', 'new']);
});

test('405 and 409 can be had for the asking', async () => {
  await using hub = await world();
  const route = 'PATCH /repos/{owner}/{repo}/git/refs/{ref}';
  hub.faults.request({ route, fault: { type: 'refuse', status: 409, message: 'Reference was moved meanwhile' } });
  const sha = (await hub.owner.rest.git.getRef({ ...hub.here, ref: 'heads/main' })).data.object.sha;
  const update = () => hub.owner.rest.git.updateRef({ ...hub.here, ref: 'heads/main', sha });
  expect(await refusal(update())).toEqual({ status: 409, message: 'Reference was moved meanwhile' });
  await update();
});

test('a seed gives the same faults again, to Apps alone', async () => {
  const day = async (seed: number) => {
    const faults: unknown[] = [];
    await using hub = await world({ log: (_, message, fields) => message === 'fault injected' && faults.push(fields) });
    hub.faults.seed(seed, { errorBefore: 0.2, errorAfter: 0.2, secondaryLimit: 0.1 });
    const statuses: number[] = [];
    for (let i = 0; i < 30; i++) {
      statuses.push(
        (await hub.bot.rest.issues.create({ ...hub.here, title: String(i) }).catch((error) => error)).status,
      );
      await hub.owner.rest.issues.create({ ...hub.here, title: 'fine' });
    }
    return { faults, statuses };
  };
  const first = await day(7);
  expect(first.faults.length).toBeGreaterThan(5);
  expect(new Set(first.statuses)).toEqual(new Set([201, 502, 403]));
  expect(await day(7)).toEqual(first);
  expect((await day(8)).statuses).not.toEqual(first.statuses);
});
