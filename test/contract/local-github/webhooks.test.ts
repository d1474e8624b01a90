import { createHmac } from 'node:crypto';
import { Probot, ProbotOctokit } from 'probot';
import { expect, test } from 'vitest';
import { receiver } from './receiver.ts';
import { commit, refusal, SECRET, world } from './world.ts';

test('a webhook arrives signed, with its delivery id, installation and sender', async () => {
  await using hook = await receiver();
  await using hub = await world({}, { webhookUrl: hook.url });
  await hub.owner.rest.issues.create({ ...hub.here, title: 'Hello' });
  await hub.idle();
  const { headers, text } = hook.received.find(({ event }) => event === 'issues')!;
  expect(headers['x-hub-signature-256']).toBe(`sha256=${createHmac('sha256', SECRET).update(text).digest('hex')}`);
  expect(headers['x-github-delivery']).toMatch(/^[\da-f-]{36}$/);
  expect(JSON.parse(text)).toMatchObject({
    action: 'opened',
    issue: { number: 1, title: 'Hello' },
    repository: { full_name: 'ada/agent' },
    installation: { id: hub.installation.id },
    sender: { login: 'ada', type: 'User' },
  });
});

test('Probot verifies and handles what is delivered', async () => {
  const seen: string[] = [];
  await using hub = await world();
  const app = new Probot({
    appId: hub.app.id,
    privateKey: hub.privateKey,
    secret: SECRET,
    baseUrl: hub.apiUrl,
    logLevel: 'fatal',
    Octokit: ProbotOctokit,
  });
  await app.load((probot) => {
    probot.on('issue_comment.created', async (context) => {
      seen.push(context.payload.comment.body);
      await context.octokit.rest.reactions.createForIssueComment({
        ...context.repo(),
        comment_id: context.payload.comment.id,
        content: 'eyes',
      });
    });
  });
  await using hook = await receiver();
  hub.setup.setWebhook(hub.app, hook.url);
  await hub.owner.rest.issues.create({ ...hub.here, title: 'Run' });
  const comment = await hub.owner.rest.issues.createComment({ ...hub.here, issue_number: 1, body: '/huxley run' });
  await hub.idle();
  const { id, headers, text } = hook.received.find(({ event }) => event === 'issue_comment')!;
  const signature = String(headers['x-hub-signature-256']);
  await app.webhooks.verifyAndReceive({ id, name: 'issue_comment', payload: text, signature });
  expect(seen).toEqual(['/huxley run']);
  const reactions = await hub.owner.rest.reactions.listForIssueComment({ ...hub.here, comment_id: comment.data.id });
  expect(reactions.data.map(({ content, user }) => `${user?.login} ${content}`)).toEqual(['huxley[bot] eyes']);
  await expect(
    app.webhooks.verifyAndReceive({ id, name: 'issue_comment', payload: `${text} `, signature }),
  ).rejects.toThrow();
});

test('a pull request tells its whole life', async () => {
  await using hook = await receiver();
  await using hub = await world({}, { webhookUrl: hook.url });
  await commit(hub, 'v1', { 'agent.ts': 'one\n' });
  await hub.bot.rest.pulls.create({ ...hub.here, title: 'v1', head: 'v1', base: 'main' });
  await commit(hub, 'v1', { 'agent.ts': 'two\n' });
  await hub.bot.rest.issues.addLabels({ ...hub.here, issue_number: 1, labels: ['huxley'] });
  await hub.bot.rest.pulls.update({ ...hub.here, pull_number: 1, title: 'v1, better' });
  await hub.bot.rest.pulls.merge({ ...hub.here, pull_number: 1 });
  await hub.bot.rest.git.deleteRef({ ...hub.here, ref: 'heads/v1' });
  await hub.idle();
  const names = hook.names().toSorted();
  expect(names).toEqual(
    [
      'installation.created',
      ...['check_suite.requested', 'create', 'push'],
      'pull_request.opened',
      ...['check_suite.requested', 'pull_request.synchronize', 'push'],
      'pull_request.labeled',
      'pull_request.edited',
      ...['check_suite.requested', 'pull_request.closed', 'push'],
      ...['delete', 'push'],
    ].toSorted(),
  );
  const closed = hook.received.find(({ event, action }) => event === 'pull_request' && action === 'closed')!;
  expect(JSON.parse(closed.text)).toMatchObject({
    number: 1,
    pull_request: { merged: true, merged_by: { login: 'huxley[bot]' } },
  });
});

test('no check suite is asked for on a commit that says skip-checks', async () => {
  await using hook = await receiver();
  await using hub = await world({}, { webhookUrl: hook.url });
  await commit(hub, 'v1', { 'agent.ts': 'one\n' }, 'main', 'A variant\n\n\nskip-checks: true');
  await commit(hub, 'v2', { 'agent.ts': 'two\n' }, 'main', 'A promotion that mentions skip-checks: true');
  await hub.idle();
  expect(hook.names().filter((name) => name === 'check_suite.requested')).toHaveLength(1);
});

test('deliveries are logged and can be sent again under their id', async () => {
  await using hook = await receiver();
  await using hub = await world({}, { webhookUrl: hook.url });
  hook.state.status = 500;
  await hub.owner.rest.issues.create({ ...hub.here, title: 'Hello' });
  await hub.idle();
  hook.state.status = 200;
  const app = await hub.probot.auth();
  const listed = await app.rest.apps.listWebhookDeliveries({ per_page: 1 });
  const failed = listed.data[0]!;
  expect(failed).toMatchObject({ event: 'issues', action: 'opened', status_code: 500, redelivery: false });
  expect(listed.headers.link).toMatch(/cursor=v1_\d+>; rel="next"/);
  const full = await app.rest.apps.getWebhookDelivery({ delivery_id: failed.id as number });
  expect(full.data.request.payload).toMatchObject({ action: 'opened' });
  expect(full.data.response.payload).toBe('heard');
  await app.rest.apps.redeliverWebhookDelivery({ delivery_id: failed.id as number });
  await hub.idle();
  const again = await app.rest.apps.listWebhookDeliveries({ per_page: 1 });
  expect(again.data[0]).toMatchObject({ guid: failed.guid, status_code: 200, redelivery: true });
  expect(hook.received.filter(({ id }) => id === failed.guid)).toHaveLength(2);
});

test('an App hears nothing of repositories it is not installed on, nor of events it did not subscribe to', async () => {
  await using hook = await receiver();
  await using hub = await world();
  const { app } = hub.setup.createApp({
    slug: 'narrow',
    owner: 'ada',
    permissions: { issues: 'read' },
    events: ['issues'],
    webhookUrl: hook.url,
  });
  await hub.setup.createRepository({ owner: 'ada', name: 'other', files: { a: '1\n' } });
  hub.setup.install(app, 'ada', ['other']);
  await hub.owner.rest.issues.create({ ...hub.here, title: 'Not for you' });
  await commit({ owner: hub.owner, here: { owner: 'ada', repo: 'other' } as never }, 'main', { a: '2\n' });
  await hub.owner.rest.issues.create({ owner: 'ada', repo: 'other', title: 'For you' });
  await hub.idle();
  expect(hook.names()).toEqual(['installation.created', 'issues.opened']);
});

test('a receiver that is gone is logged as such', async () => {
  await using hub = await world();
  hub.setup.setWebhook(hub.app, 'http://127.0.0.1:9/');
  await hub.owner.rest.issues.create({ ...hub.here, title: 'Hello' });
  await hub.idle();
  const app = await hub.probot.auth();
  const { data } = await app.rest.apps.listWebhookDeliveries();
  expect(data[0]).toMatchObject({ status_code: 0, status: 'failed to connect to host' });
  expect((await refusal(hub.bot.rest.apps.listWebhookDeliveries())).status).toBe(401);
});
