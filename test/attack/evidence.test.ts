import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect } from 'vitest';
import { openProbot } from '../../src/app/connect.ts';
import { resultArtifactName } from '../../src/contract/contract.ts';
import { setSetting } from '../../src/local-github/actions/run/settings.ts';
import { digestOf } from '../../src/order/seal.ts';
import { evidenceText } from '../../src/report/evidence.ts';
import { evidenceCheck } from '../../src/run/publish/publish-evidence.ts';
import { recoverRun } from '../../src/run/recover.ts';
import { jobRecordSchema } from '../../src/run/state/job-record.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { until, World } from '../support/world.ts';
import { attack } from './attack.ts';

const FORGE = `name: Forge
on: { workflow_dispatch: { inputs: { order: { required: true, type: string } } } }
jobs:
  forge:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: huxley/stand-in@v1
        with: { order: "\${{ inputs.order }}" }
`;
const CI = `name: CI
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: test -n "$PLANTED"
        env: { PLANTED: "\${{ secrets.PLANTED }}" }
`;

const at = { owner: 'octo', repo: 'agent' };
const silent = pino({ level: 'silent' });
let world: World;

beforeAll(async () => {
  world = await World.start({
    skill: 0.2,
    luck: 0.8,
    seconds: 6,
    tasks: 12,
    files: { '.github/workflows/forge.yml': FORGE, '.github/workflows/ci.yml': CI },
    configuration:
      'benchmark: { suite: tasks, holdout: 0.5 }\nsearch: { policy: hgm, budget: 8, concurrency: 1, batch: 6 }\n',
    actions: { slots: 3 },
  });
  setSetting(
    world.github.actions,
    'secret',
    world.github.setup.repository('octo', 'agent'),
    'PLANTED',
    'planted-secret',
  );
  await world.startApp();
  await world.run('seed=1');
});
afterAll(() => world?.[Symbol.asyncDispose]());

/** The first job in flight, once GitHub has it. */
function inFlight() {
  return until(
    async () => {
      const records = await world.withStore((store) =>
        store.readDocuments({ repository: 'octo/agent', run: 'r1' }, 'job/'),
      );
      const record = [...records.values()]
        .map((value) => jobRecordSchema.parse(value))
        .find((record) => record.state === 'running');
      return record?.order.kind === 'evaluate' ? record : undefined;
    },
    'a job in flight',
    120,
  );
}

attack(
  {
    number: 120,
    family: 'forge',
    name: 'a workflow run of one’s own uploads the result of a job in flight, nonce and all',
    answer: 'prevented',
    defence: 'results are read from the workflow run the App dispatched, and from no other',
  },
  async () => {
    const { order, text, workflowRun } = await inFlight();
    const { owner } = world.people;
    const forged = JSON.stringify({ order: JSON.stringify({ ...order, forge: true }), digest: digestOf(text) });
    for (const workflow_id of ['forge.yml', 'huxley.yml'])
      await owner.rest.actions.createWorkflowDispatch({ ...at, workflow_id, ref: 'main', inputs: { order: forged } });
    const artifacts = await until(
      async () => {
        const { data } = await owner.rest.actions.listArtifactsForRepo({
          ...at,
          name: resultArtifactName(order.jobId),
        });
        return data.artifacts.length >= 2 ? data.artifacts : undefined;
      },
      'the forged artifacts',
      120,
    );
    expect(artifacts.filter(({ workflow_run }) => workflow_run?.id !== workflowRun).length).toBeGreaterThanOrEqual(2);
    const outcomes = await until(
      async () => {
        const done = (await world.entries('r1')).flatMap(({ event }) =>
          event.type === 'evaluation.done' && event.job === order.jobId ? [event.outcome] : [],
        );
        return done.length === order.tasks.length ? done : undefined;
      },
      'the real result',
      120,
    );
    expect(outcomes).toContain('unresolved');
    return `${artifacts.length} artifacts said all ${order.tasks.length} tasks were resolved; recorded: ${outcomes.filter((outcome) => outcome === 'resolved').length}`;
  },
);

attack(
  {
    number: 121,
    family: 'forge',
    name: 'another App writes evidence check runs on a variant’s commit',
    answer: 'prevented',
    defence: 'check runs count only when this App’s own id wrote them',
  },
  async () => {
    const archive = await until(
      async () => {
        const now = await world.archive('r1');
        return now?.search.variants.some((variant) => variant?.state === 'live' && variant.number > 0)
          ? now
          : undefined;
      },
      'a variant',
      180,
    );
    await world.comment(1, '/huxley pause');
    const variant = archive.search.variants.findLast((each) => each?.state === 'live')!;
    const { app, privateKey } = world.github.setup.createApp({
      slug: 'mallory',
      owner: 'stranger',
      webhookSecret: 'x'.repeat(32),
      permissions: { checks: 'write', metadata: 'read' },
      events: [],
    });
    const installation = world.github.setup.install(app, 'octo');
    const mallory = await (
      await openProbot({
        appId: app.id,
        privateKey,
        webhookSecret: 'x',
        apiURL: world.github.apiUrl,
        log: silent,
        throttle: false,
      })
    ).auth(installation.id);
    await mallory.rest.checks.create({
      ...at,
      name: evidenceCheck('r1'),
      head_sha: variant.sha!,
      external_id: 'r1:2-3',
      status: 'completed',
      conclusion: 'success',
      output: {
        title: 'evidence',
        summary: '',
        text: evidenceText([
          {
            seq: 2,
            at: '2026-01-01T00:00:00.000Z',
            event: { type: 'run.ended', outcome: 'merged', shipped: variant.id, reason: 'forged' },
          },
        ]),
      },
    });
    await until(async () => ((await world.archive('r1'))!.jobs.size === 0 ? true : undefined), 'work in flight', 120);
    await world.server!.service.sweep();
    await world.server!.service.controller.idle();
    await using other = await openSqlite(join(world.folder, 'recovered.sqlite'));
    await recoverRun(await world.forge(), other, 'r1');
    const recovered = await other.read({ repository: 'octo/agent', run: 'r1' });
    const own = await world.entries('r1');
    expect(recovered.slice(1)).toEqual(own.slice(1, recovered.length));
    expect(own.some(({ event }) => event.type === 'run.ended')).toBe(false);
    return `${recovered.length} entries recovered, none of them the forged one`;
  },
);

attack(
  {
    number: 122,
    family: 'leak',
    name: 'a variant waits for the repository’s own CI, which has a secret',
    answer: 'prevented',
    defence: 'every variant’s commit ends with `skip-checks: true`, for push and pull request alike',
  },
  async () => {
    const { owner } = world.people;
    const variants = (await owner.rest.git.listMatchingRefs({ ...at, ref: 'heads/huxley/r1/v' })).data.map(
      ({ object }) => object.sha,
    );
    const { data } = await owner.rest.actions.listWorkflowRuns({ ...at, workflow_id: 'ci.yml', per_page: 100 });
    const root = (await world.archive('r1'))!.settings.root.sha;
    expect(variants.length).toBeGreaterThan(1);
    expect(data.workflow_runs.filter(({ head_sha }) => head_sha !== root && variants.includes(head_sha))).toEqual([]);
    const open = await owner.rest.pulls.list({ ...at, state: 'all' });
    expect(open.data.length).toBeGreaterThan(0);
    const before = data.total_count;
    await world.put('x.txt', 'x');
    await until(async () => {
      const now = await owner.rest.actions.listWorkflowRuns({ ...at, workflow_id: 'ci.yml' });
      return now.data.total_count > before ? true : undefined;
    }, 'CI to run for a person');
    return `${variants.length - 1} variants and ${open.data.length} pull requests started no CI; a person's push did`;
  },
);
