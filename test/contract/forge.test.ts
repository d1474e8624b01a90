import { pino } from 'pino';
import { installationsOf, openProbot } from '../../src/app/connect.ts';
import { evaluateOrder } from '../support/job.ts';
import { World } from '../support/world.ts';
import { forgeContract } from './forge.ts';

const at = { owner: 'octo', repo: 'agent' };
const log = pino({ level: 'silent' });

forgeContract('Octokit over the local GitHub', async () => {
  const idle =
    'on: workflow_dispatch\njobs: { work: { if: false, runs-on: ubuntu-latest, steps: [{ run: exit 1 }] } }\n';
  const world = await World.start({ tasks: 2, files: { '.github/workflows/idle.yml': idle } });
  const probot = await openProbot({ ...world.credentials, log, throttle: false });
  const { rest } = world.people.owner;
  const { setup, actions, hub } = world.github;
  const other = setup.createApp({
    slug: 'other',
    owner: 'stranger',
    webhookSecret: 'x'.repeat(32),
    permissions: { checks: 'write', metadata: 'read' },
    events: [],
  });
  const installation = setup.install(other.app, 'octo');
  const { apiURL } = world.credentials;
  const foreign = await openProbot({
    appId: other.app.id,
    privateKey: other.privateKey,
    webhookSecret: 'x',
    apiURL,
    log,
    throttle: false,
  });
  return {
    forge: await installationsOf(probot, { limits: null }).forge('octo/agent'),
    people: {
      owner: 'octo',
      stranger: 'stranger',
      async push(branch, path, text) {
        const content = Buffer.from(text).toString('base64');
        const message = `Add ${path}`;
        const { data } = await rest.repos.createOrUpdateFileContents({ ...at, branch, path, message, content });
        return data.commit.sha!;
      },
      issue: () => world.issue(),
      async label(issue_number, name, on) {
        if (on) await rest.issues.addLabels({ ...at, issue_number, labels: [name] });
        else await rest.issues.removeLabel({ ...at, issue_number, name });
      },
      comment: (issue, body) => world.comment(issue, body),
      deleteComment: async (comment_id) => void (await rest.issues.deleteComment({ ...at, comment_id })),
      closePull: async (pull_number) => void (await rest.pulls.update({ ...at, pull_number, state: 'closed' })),
      async forkPull(branch, path, text) {
        const { stranger } = world.people;
        await stranger.rest.repos.createFork(at);
        const fork = { owner: 'stranger', repo: 'agent' };
        const { data: main } = await stranger.rest.git.getRef({ ...fork, ref: 'heads/main' });
        await stranger.rest.git.createRef({ ...fork, ref: `refs/heads/${branch}`, sha: main.object.sha });
        const content = Buffer.from(text).toString('base64');
        const file = { ...fork, branch, path, message: `Add ${path}`, content };
        const { data } = await stranger.rest.repos.createOrUpdateFileContents(file);
        const head = `stranger:${branch}`;
        const pull = await stranger.rest.pulls.create({ ...at, head, base: 'main', title: `Theirs: ${branch}` });
        return { number: pull.data.number, sha: data.commit.sha! };
      },
      async labels(issue_number) {
        const { data } = await rest.issues.listLabelsOnIssue({ ...at, issue_number });
        return data.map(({ name }) => name);
      },
      async reactions(comment_id) {
        const { data } = await rest.reactions.listForIssueComment({ ...at, comment_id });
        return data.map(({ content }) => content);
      },
      async protect(branch) {
        await rest.repos.updateBranchProtection({
          ...at,
          branch,
          required_status_checks: { strict: false, contexts: ['never run'] },
          enforce_admins: true,
          required_pull_request_reviews: null,
          restrictions: null,
        });
      },
      drafts: (on) => void hub.store.repositories.update(setup.repository('octo', 'agent').id, { drafts: on }),
      async foreignCheck(head_sha, external_id) {
        const app = await foreign.auth(installation.id);
        await app.rest.checks.create({
          ...at,
          name: 'Evidence',
          head_sha,
          external_id,
          status: 'completed',
          conclusion: 'success',
        });
      },
      order(job, seconds = 0) {
        const order = evaluateOrder({ repository: '', sha: 'main', tree: 'main' }, ['t00']);
        return {
          order: JSON.stringify({ order: JSON.stringify({ ...order, jobId: job, seconds }), digest: order.digest }),
        };
      },
      settled: () => actions.scheduler.idle(),
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
});
