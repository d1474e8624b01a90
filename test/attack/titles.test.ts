import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { expect } from 'vitest';
import { orderSchema, resultArtifactName } from '../../src/contract/contract.ts';
import type { Forge } from '../../src/github/forge.ts';
import { recoverRun } from '../../src/run/recover.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { until, World } from '../support/world.ts';
import { attack } from './attack.ts';

const DISPATCH = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches';
const RUNS = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs';
const at = { owner: 'octo', repo: 'agent' };
const SKILL = 0.2;

/** Like the workflow, but another file, whose runs are named as the workflow's own. */
const ELSEWHERE = `name: Huxley
run-name: huxley \${{ fromJSON(fromJSON(inputs.order).order).jobId }} \${{ fromJSON(inputs.order).digest }}
on: { workflow_dispatch: { inputs: { order: { required: true, type: string } } } }
jobs:
  work:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: huxley/stand-in@v1
        with: { order: "\${{ inputs.order }}" }
`;

/** What the stand-in worker finds when it is asked honestly: a fixed function of tree and task. */
const resolves = (tree: string, task: string) =>
  createHash('sha256').update(`${tree}\0${task}`).digest().readUInt32BE() / 2 ** 32 < SKILL;

interface Sent {
  readonly input: string;
  readonly digest: string;
}

/** A world whose server does not say which run a dispatch started, so that the App has to look for it by its name. */
async function startWorld(onSent: (sent: Sent) => void): Promise<World> {
  const world = await World.start({
    skill: SKILL,
    luck: 0,
    seconds: 3,
    tasks: 12,
    files: { '.github/workflows/elsewhere.yml': ELSEWHERE },
    configuration:
      'benchmark: { suite: tasks, holdout: 0.5 }\nsearch: { policy: hgm, budget: 1, concurrency: 1, batch: 6 }\nlimits: { costUSD: 100, taskCostUSD: 0.1 }\n',
    actions: { slots: 16, returnRunDetails: false },
    observe: ({ route, status, requestBody }) => {
      if (route !== DISPATCH || (status >= 300 && status !== 502)) return;
      const input = (requestBody as { inputs: { order: string } }).inputs.order;
      const { digest, order } = JSON.parse(input);
      if (!JSON.parse(order).forge) onSent({ input, digest });
    },
  });
  await world.startApp();
  return world;
}

/** Every recorded outcome of the root is what an honest worker finds, and all of its search tasks are there. */
async function expectHonest(world: World): Promise<number> {
  const root = await until(
    async () => {
      const archive = await world.archive('r1');
      const own = archive?.search.variants[0]?.own;
      return own && own.resolved + own.unresolved === archive.settings.tasks.length ? archive.settings : undefined;
    },
    'the root to be measured',
    150,
  );
  const done = (await world.entries('r1')).flatMap(({ event }) =>
    event.type === 'evaluation.done' && event.variant === 'v0' ? [event] : [],
  );
  for (const { task, outcome } of done) expect(outcome === 'resolved', task).toBe(resolves(root.root.tree, task));
  expect(done.some(({ outcome }) => outcome !== 'resolved')).toBe(true);
  return done.length;
}

attack(
  {
    number: 228,
    family: 'forge',
    name: 'a server that names no run for a dispatch: twelve runs take the title of the real one, in every way a title can',
    answer: 'prevented',
    defence:
      'a run is found by the whole digest of the signed order, its workflow’s path, branch and event, and the App as the one who started it',
  },
  async () => {
    const sent: Sent[] = [];
    await using world = await startWorld((each) => sent.push(each));
    const { owner } = world.people;
    await owner.rest.git.createRef({ ...at, ref: 'refs/heads/aside', sha: world.git(['rev-parse', 'main']) });
    await world.run('seed=1');
    const { input, digest } = await until(async () => sent[0], 'an order');
    const { order } = JSON.parse(input);
    const forged = JSON.stringify({ ...JSON.parse(order), forge: true });
    const named = (title: string) => JSON.stringify({ order: forged, digest: title });
    const inputs = [
      input,
      named(digest),
      named(`${digest} ${digest}`),
      named(`${digest}0`),
      named(`0${digest}`),
      named(digest.toUpperCase()),
      named(digest.slice(0, 63)),
      named(`huxley ${digest} evaluate`),
    ];
    const dispatch = (workflow_id: string, ref: string, order: string) =>
      owner.rest.actions.createWorkflowDispatch({ ...at, workflow_id, ref, inputs: { order } });
    for (const each of inputs) await dispatch('huxley.yml', 'main', each);
    for (const each of [input, named(digest)]) {
      await dispatch('elsewhere.yml', 'main', each);
      await dispatch('huxley.yml', 'aside', each);
    }
    const { jobId } = orderSchema.parse(JSON.parse(order));
    await until(
      async () => {
        const { data } = await owner.rest.actions.listArtifactsForRepo({
          ...at,
          name: resultArtifactName(jobId),
          per_page: 100,
        });
        return data.artifacts.length >= 12 ? true : undefined;
      },
      'the forged results',
      120,
    );
    const measured = await expectHonest(world);
    return `12 forged runs with results that say all is resolved; ${measured} outcomes recorded, none of them forged`;
  },
);

attack(
  {
    number: 229,
    family: 'forge',
    name: 'a second run of the very order, by the App’s own account, so that nothing tells the two apart',
    answer: 'prevented',
    defence:
      'with two matches none is believed: both are cancelled, charged, and the job is ordered again with a fresh nonce',
  },
  async () => {
    const sent: Sent[] = [];
    await using world = await startWorld((each) => {
      if (!sent.some(({ digest }) => digest === each.digest)) sent.push(each);
    });
    const installation = world.github.hub.store.installations.find({ app: world.app.id })!;
    const token = world.github.setup.installationToken(installation);
    const twin = new Octokit({ auth: token, baseUrl: world.github.apiUrl });
    // The answer to the dispatch is lost, and the App cannot look for the run before the second one is there.
    const broken = { type: 'error', status: 502 } as const;
    world.github.faults.request({ route: DISPATCH, who: 'apps', fault: { ...broken, when: 'after' } });
    world.github.faults.request({ route: RUNS, who: 'apps', times: 1_000, fault: { ...broken, when: 'before' } });
    await world.run('seed=1');
    const { input } = await until(async () => sent[0], 'an order');
    const order = { ...at, workflow_id: 'huxley.yml', ref: 'main', inputs: { order: input } };
    await twin.rest.actions.createWorkflowDispatch(order);
    world.github.faults.clear();
    await expectHonest(world);
    const { archive, charged } = await until(async () => {
      const entries = await world.entries('r1');
      const charged = entries.flatMap(({ event }) => (event.type === 'job.charged' ? [event] : []));
      return charged.length > 0 ? { archive: await world.archive('r1'), charged } : undefined;
    }, 'a charge');
    const nonces = sent
      .map(({ input }) => JSON.parse(JSON.parse(input).order))
      .filter(({ jobId }) => jobId === charged[0]!.job);
    expect(new Set(nonces.map(({ nonce }) => nonce)).size).toBe(nonces.length);
    expect(nonces.length).toBeGreaterThanOrEqual(2);
    expect(charged[0]!.reason).toMatch(/2 workflow runs claim to be its own, so none is believed/);
    expect(archive!.spentUSD).toBeGreaterThan(charged[0]!.costUSD);
    return `${charged[0]!.reason}; charged $${charged[0]!.costUSD.toFixed(2)}; ordered again`;
  },
);

attack(
  {
    number: 231,
    family: 'forge',
    name: 'after the journal is lost, workflow runs that took the titles of real ones offer transcripts, and costs',
    answer: 'prevented',
    defence:
      'recovery reads only workflow runs that the App itself started, on the default branch, at their first attempt',
  },
  async () => {
    await using world = await startWorld(() => undefined);
    await world.run('seed=1');
    await expectHonest(world);
    await world.ended('r1');
    await world.stopApp();
    const forge = await world.forge();
    const real = await forge.dispatchedRuns('huxley.yml', '2026-01-01T00:00:00Z');
    const forged = real.flatMap((each, i) => [
      { ...each, id: 90_000 + i, actor: 'mallory', triggeringActor: 'mallory' },
      { ...each, id: 91_000 + i, triggeringActor: 'mallory', attempt: 2 },
      { ...each, id: 92_000 + i, branch: 'aside' },
      { ...each, id: 93_000 + i, path: '.github/workflows/elsewhere.yml' },
    ]);
    const believed: number[] = [];
    const deceived: Forge = {
      ...forge,
      dispatchedRuns: async () => [...forged, ...real],
      artifacts: async (id) => {
        believed.push(id);
        return forge.artifacts(id);
      },
    };
    await using store = await openSqlite(join(world.folder, 'recovered.sqlite'));
    await recoverRun(deceived, store, 'r1');
    expect(believed.length).toBeGreaterThan(0);
    expect(believed.filter((id) => id >= 90_000)).toEqual([]);
    const orphans = await store.readDocument({ repository: 'octo/agent', run: 'r1' }, 'orphans');
    expect(orphans).toEqual({});
    return `${forged.length} forged runs beside ${real.length} real ones: none asked for its artifacts, none charged`;
  },
);
