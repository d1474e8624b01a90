import { expect, it } from 'vitest';
import {
  type AnyResult,
  type EvidenceRef,
  type ExpandOrder,
  type Order,
  resultSchema,
} from '../../src/contract/contract.ts';
import { unzipFile } from '../../src/github/unzip.ts';
import { ActionsWorld } from '../support/actions-world.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { DIAGNOSIS, OBEDIENT_AGENT } from '../support/expanding.ts';
import { GREET_REPOSITORY } from '../support/greet.ts';
import { evaluateOrder, expandOrder, PLANTED_KEY } from '../support/job.ts';
import { configurationOf, issuedOf, SIGNER } from '../support/orders.ts';
import { plantKey, realActions, STARTER_WORKFLOW } from '../support/real-workers.ts';

/** The workflow that the starter agent's repository comes with, and an agent that both solves and modifies. */
const FILES = {
  ...GREET_REPOSITORY,
  'modify.mjs': OBEDIENT_AGENT,
  ...STARTER_WORKFLOW,
};

class Workers {
  readonly #world: ActionsWorld;
  /** The commit whose configuration orders name. */
  readonly #configuration: string;
  readonly logs: string[] = [];

  constructor(world: ActionsWorld, configuration: string) {
    this.#world = world;
    this.#configuration = configuration;
  }

  /** Dispatches an order and returns the workflow run, its artifacts, and the result in one of them. */
  async carryOut(order: Order) {
    const world = this.#world;
    const place = { repository: world.github.setup.repository('octo', 'agent').id, app: 'octo' };
    const sealed = SIGNER.seal(JSON.stringify(issuedOf(order, this.#configuration, place)));
    const run_id = await world.dispatch({ order: JSON.stringify(sealed) }, 'huxley.yml');
    await world.settled();
    const log = await world.log(run_id);
    this.logs.push(log);
    const { artifacts } = (await world.octokit.rest.actions.listWorkflowRunArtifacts({ ...world.at, run_id })).data;
    const found = artifacts.find(({ name }) => name === `huxley-result-${order.jobId}`);
    expect(found, log).toBeDefined();
    const zip = await this.#download(found!.id);
    const result: AnyResult = resultSchema.parse(JSON.parse(unzipFile(zip, 'result.json', 1e6).toString()));
    const { conclusion } = await world.run(run_id);
    return { run_id, artifacts, result, conclusion };
  }

  async #download(artifact_id: number): Promise<Buffer> {
    const { octokit, at } = this.#world;
    const { data } = await octokit.rest.actions.downloadArtifact({ ...at, artifact_id, archive_format: 'zip' });
    return Buffer.from(data as ArrayBuffer);
  }
}

it('measures and expands through the real workflow, its evidence coming back as an artifact', async () => {
  await using endpoint = await fakeEndpoint(({ body }, response) => {
    const text = JSON.stringify(body);
    const edit = 'echo "// again" >> agent.mjs';
    if ('response_format' in body) return sendJson(response, chatAnswer(JSON.stringify(DIAGNOSIS)));
    return sendJson(response, chatAnswer(text.includes('your own') ? edit : 'export const greet = () => "wrong";'));
  });
  const models = {
    solve: 'gpt-5-mini',
    modify: 'gpt-5-mini',
    diagnose: 'gpt-5-mini',
    baseURL: endpoint.baseURL,
  };
  const whole = evaluateOrder({ repository: '', sha: '', tree: '' }, []);
  const configuration = configurationOf({
    ...whole,
    models,
    suite: { name: 'tasks', digest: null },
    agent: { ...whole.agent, modify: 'node modify.mjs' },
  });
  await using world = await ActionsWorld.start({ ...FILES, '.github/huxley.yml': configuration }, await realActions());
  plantKey(world.github);
  const { data: branch } = await world.octokit.rest.repos.getBranch({ ...world.at, branch: 'main' });
  const workers = new Workers(world, branch.commit.sha);
  const commit = { repository: '', sha: branch.commit.sha, tree: branch.commit.commit.tree.sha };
  const evaluated = await workers.carryOut(evaluateOrder(commit, ['greet']));
  expect(evaluated.result).toMatchObject({
    kind: 'evaluate',
    error: null,
    perTask: [{ task: 'greet', verdict: 'unresolved' }],
  });
  expect(evaluated.conclusion).toBe('success');

  const transcripts = evaluated.artifacts.find(({ name }) => name === 'huxley-transcripts-r1-job-1')!;
  const evidence: EvidenceRef = {
    variant: 'v3',
    task: 'greet',
    outcome: 'unresolved',
    workflowRun: evaluated.run_id,
    artifact: transcripts.name,
    digest: transcripts.digest!,
  };
  const base = expandOrder(commit);
  const order: ExpandOrder = {
    ...base,
    jobId: 'r1-job-2',
    evidence: [evidence],
  };
  const expanded = await workers.carryOut(order);
  expect(expanded.result).toMatchObject({
    kind: 'expand',
    error: null,
    failure: null,
    diagnosis: DIAGNOSIS,
    files: [{ path: 'agent.mjs' }],
  });
  const diagnosing = endpoint.calls.find(({ body }) => 'response_format' in body)!;
  expect(JSON.stringify(diagnosing.body)).toContain('Export a function greet(name)');

  const forged = await workers.carryOut({
    ...order,
    jobId: 'r1-job-3',
    evidence: [{ ...evidence, digest: `sha256:${'0'.repeat(64)}` }],
  });
  expect(forged.result.error?.code).toBe('action.digest');
  expect(forged.conclusion).toBe('failure');
  const gone = await workers.carryOut({
    ...order,
    jobId: 'r1-job-4',
    evidence: [{ ...evidence, artifact: 'huxley-transcripts-gone' }],
  });
  expect(gone.result).toMatchObject({
    error: null,
    failure: { stage: 'diagnose', reason: expect.stringContaining('mutation needs a task') },
  });
  expect(workers.logs.at(-1)).toContain('huxley-transcripts-gone of workflow run');
  for (const log of workers.logs) expect(log).not.toContain(PLANTED_KEY);
}, 300_000);
