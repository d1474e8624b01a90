/**
 * What a job costs besides the agent and the tests: the real workflow and the bundled action on the local GitHub, a scripted model,
 * and an agent that takes a known time. The job itself says where its time went; `runner` is the rest, from the dispatch to the end
 * of the workflow run (the local GitHub's runner with its checkout, not GitHub's). Of several rounds, the one of least overhead counts: others
 * may be at work on the machine.
 *
 * Arguments: rounds (default 5), then which of `warm`, `build`, `bare`, `pull` (default: all).
 * - `warm`: everything is there: engine, image, dependencies.
 * - `build`: the agent's dependencies are built in each job, as where nothing was kept.
 * - `bare`: one round on a new engine of its own without any image (root, Debian), then the others there. The image's base comes from a
 *   file, where one is kept in HUXLEY_HOME.
 * - `pull`: as `bare`, with the image from a registry on this machine, as a release has it (writes release.json for that time).
 */
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import type { EvidenceRef, Order } from '../src/contract/contract.ts';
import { CONTRACT_VERSION } from '../src/contract/contract.ts';
import { engineEnvironment } from '../src/environment/engine.ts';
import { huxleyHome } from '../src/environment/home.ts';
import { PROJECT, projectPath } from '../src/environment/project.ts';
import { ACTIVITIES, type Activity, type Spent } from '../src/environment/wall-time.ts';
import { setSetting } from '../src/local-github/actions/run/settings.ts';
import { startLocalGitHub } from '../src/local-github/start.ts';
import { actionFolder } from '../src/local-github/world/action-folder.ts';
import { openSandbox } from '../src/sandbox/setup/open.ts';
import { ownEngine } from '../src/sandbox/setup/own-engine.ts';
import { expandingEndpoint } from '../test/support/expanding.ts';
import { configurationOf, issuedOf, SIGNER } from '../test/support/orders.ts';
import { servedImage } from './served-image.ts';

const [rounds = '5', ...asked] = process.argv.slice(2);
const AGENT_SECONDS = 1;
const TASKS = ['luhn-check', 'title-case', 'roman-numerals', 'count-lines'];
/** Left unsolved, so that there is something to diagnose. */
const HARD = 'count-lines';
const WORKFLOW = '.github/workflows/huxley.yml';
let mustPull = false;
const repository = { owner: 'octo', repo: 'agent' };

const AGENT = `
import { appendFileSync, cpSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import 'a-dependency';
const { HUXLEY_MODE: mode, HUXLEY_TASK: task, HUXLEY_WORKSPACE: workspace } = process.env;
await sleep(${AGENT_SECONDS * 1000});
if (mode === 'modify') appendFileSync(workspace + '/agent.mjs', '// again\\n');
else {
  const answer = 'answers/' + readFileSync(task, 'utf8').split('\\n')[0].slice(2);
  if (existsSync(answer)) cpSync(answer, workspace, { recursive: true });
}
`;
const SAY = "\n      - run: echo 'Seconds by activity ' '${{ steps.huxley.outputs.seconds }}'\n";
const BUILD = `mkdir -p node_modules/a-dependency && echo '{"type":"module","exports":"./index.js"}' > node_modules/a-dependency/package.json && echo 'export {};' > node_modules/a-dependency/index.js`;

/** The agent's repository: it knows the answers. */
function files(configuration: string): Record<string, string> {
  const kata = (task: string, ...path: string[]) => readFileSync(projectPath('suites', 'kata', task, ...path), 'utf8');
  const answers = { 'luhn-check': 'luhn.py', 'title-case': 'titles.py', 'roman-numerals': 'roman.ts' };
  const solved = Object.entries(answers).map(([task, file]) => {
    const title = kata(task, 'instruction.md').split('\n')[0]!.slice(2);
    return [`answers/${title}/${file}`, kata(task, 'solution', file)];
  });
  const workflow = readFileSync(projectPath('examples', 'starter-agent', WORKFLOW), 'utf8');
  return {
    'agent.mjs': AGENT,
    [WORKFLOW]: `${workflow.replace('- uses: huxley', '- id: huxley\n        uses: huxley')}${SAY}`,
    '.github/huxley.yml': configuration,
    ...Object.fromEntries(solved),
  };
}

interface Measured {
  readonly kind: string;
  readonly runner: number;
  readonly spent: Spent;
}

/** A round: a job that measures a batch, and one that makes a child. @param mark tells builds apart */
async function round(environment: Readonly<Record<string, string>>, mark = 'kept'): Promise<readonly Measured[]> {
  await using endpoint = await expandingEndpoint('true');
  const dir = mkdtempSync(join(tmpdir(), 'huxley-bench-job-'));
  const settings = {
    agent: {
      ...{ solve: 'node agent.mjs', modify: 'node agent.mjs', check: 'node --check agent.mjs', image: 'sandbox' },
      ...{ protect: [], allowDependencies: false },
    },
    models: { solve: 'gpt-5-mini', modify: 'gpt-5-mini', diagnose: 'gpt-5-mini', baseURL: endpoint.baseURL },
    limits: { taskSeconds: 60, costUSD: 5, taskCostUSD: 0.5, memoryMB: 512, cpus: 1, pids: 128 },
    suite: { name: 'kata', digest: null },
  };
  const agent = { ...settings.agent, build: `${BUILD} # ${mark}` };
  const configuration = configurationOf({ ...settings, agent } as unknown as Order);
  const github = await startLocalGitHub({
    dir,
    actions: { actions: { [`${PROJECT}/action`]: await actionFolder() }, environment },
  });
  try {
    const { token } = github.setup.createUser('octo');
    await github.setup.createRepository({ owner: 'octo', name: 'agent', files: files(configuration) });
    const { id } = github.setup.repository('octo', 'agent');
    setSetting(
      github.actions,
      'secret',
      github.setup.repository('octo', 'agent'),
      'OPENAI_API_KEY',
      'sk-bench',
      'huxley',
    );
    const silent = { debug() {}, info() {}, warn() {}, error() {} };
    const octokit = new Octokit({ auth: token, baseUrl: github.apiUrl, log: silent });
    const { commit } = (await octokit.rest.repos.getBranch({ ...repository, branch: 'main' })).data;
    const base = {
      ...{ v: CONTRACT_VERSION, digest: '', nonce: 'a'.repeat(32), run: 'r1', variant: 'v0' as const },
      ...{ sha: commit.sha, tree: commit.commit.tree.sha, ...settings },
      deadline: new Date(Date.now() + 1_800_000).toISOString(),
    };
    const carryOut = async (order: Order) => {
      const issued = issuedOf(order, commit.sha, { repository: id, app: 'octo' });
      const sealed = JSON.stringify(SIGNER.seal(JSON.stringify(issued)));
      const began = performance.now();
      const { data } = await octokit.rest.actions.createWorkflowDispatch({
        ...{ ...repository, workflow_id: 'huxley.yml', ref: 'main', inputs: { order: sealed } },
        return_run_details: true,
      });
      await github.actions.scheduler.idle();
      const seconds = (performance.now() - began) / 1000;
      const run_id = Number((data as unknown as { workflow_run_id: number }).workflow_run_id);
      const { jobs } = (await octokit.rest.actions.listJobsForWorkflowRun({ ...repository, run_id })).data;
      const job_id = Number(jobs[0]!.id);
      const log = String((await octokit.rest.actions.downloadJobLogsForWorkflowRun({ ...repository, job_id })).data);
      const [, json] = /Seconds by activity {2}(\{.*\})/.exec(log) ?? [];
      if (mustPull && log.includes('Building the image')) throw new Error(`the image was built, not pulled:\n${log}`);
      if (json === undefined || jobs[0]!.conclusion !== 'success') throw new Error(`the job failed:\n${log}`);
      const spent = JSON.parse(json) as Spent;
      const measured = { kind: order.kind, runner: seconds - total(spent, ACTIVITIES), spent };
      return { run_id, log, measured };
    };
    const job = { ...base, jobId: 'r1-job-1', kind: 'evaluate', split: 'search', tasks: TASKS } as const;
    const evaluated = await carryOut({ ...job, tasks: [...TASKS] } as unknown as Order);
    for (const task of TASKS)
      if (!evaluated.log.includes(`${task}: ${task === HARD ? 'unresolved' : 'resolved'}`))
        throw new Error(`not what was to be measured:\n${evaluated.log}`);
    const { run_id } = evaluated;
    const { artifacts } = (await octokit.rest.actions.listWorkflowRunArtifacts({ ...repository, run_id })).data;
    const { name: artifact, digest } = artifacts.find(({ name }) => name === 'huxley-transcripts-r1-job-1')!;
    const evidence: EvidenceRef = {
      ...{ variant: 'v0', task: HARD, outcome: 'unresolved', workflowRun: run_id, artifact },
      digest: digest!,
    };
    const expanded = await carryOut({
      ...{ ...base, jobId: 'r1-job-2', kind: 'expand', tasks: [HARD], evidence: [evidence] },
      operator: { name: 'mutation', child: 'v1', donor: null },
    } as unknown as Order);
    if (!expanded.log.includes('checking: ')) throw new Error(`no child was made:\n${expanded.log}`);
    return [evaluated.measured, expanded.measured];
  } finally {
    await github.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function total(spent: Spent, names: readonly Activity[]): number {
  return names.reduce((sum, name) => sum + (spent[name] ?? 0), 0);
}

const overhead = ({ spent }: Measured) => total(spent, ACTIVITIES.slice(2));

function show(name: string, all: readonly Measured[]): void {
  for (const kind of ['evaluate', 'expand']) {
    const of = all.filter((one) => one.kind === kind).sort((a, b) => overhead(a) - overhead(b));
    const { spent, runner } = of[0]!;
    const parts = ACTIVITIES.flatMap((part) =>
      (spent[part] ?? 0) < 0.005 ? [] : [`${part} ${spent[part]!.toFixed(2)}`],
    );
    console.log(
      `${name} ${kind}: overhead ${overhead(of[0]!).toFixed(2)} s (others ${
        of
          .slice(1)
          .map((one) => overhead(one).toFixed(2))
          .join(', ') || 'none'
      }); ${parts.join(', ')}; runner ${runner.toFixed(2)}`,
    );
  }
}

/** What opens the npm registry here. */
const registries = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value && /^(npm_config_(registry|cafile)|node_extra_ca_certs|ssl_cert_file|https?_proxy|no_proxy)$/i.test(name)
      ? [[name, value]]
      : [],
  ),
);

/** What was measured, by what it was measured on. */
type Found = Map<string, Measured[]>;

const here = { HOME: process.env.HOME!, ...engineEnvironment() };
const repeated = async (name: string, once: () => Promise<readonly Measured[]>): Promise<Found> => {
  const all: Measured[] = [];
  for (let left = Number(rounds); left > 0; left--) all.push(...(await once()));
  return new Map([[name, all]]);
};

/** One round on a new engine without images, then the others on what that has by then. */
async function onNewEngine(name: string): Promise<Found> {
  const home = mkdtempSync(join(tmpdir(), 'huxley-bench-bare-'));
  const kept = join(huxleyHome(), 'images');
  mkdirSync(join(home, 'images'));
  if (existsSync(kept)) cpSync(kept, join(home, 'images'), { recursive: true });
  const engine = await ownEngine(home).start();
  const environment = { ...here, ...registries, DOCKER_HOST: `unix://${engine.socket}`, HUXLEY_HOME: home };
  try {
    const first = await round(environment);
    return new Map([[name, [...first]], ...(await repeated(`then warm, after ${name}`, () => round(environment)))]);
  } finally {
    engine.release();
    await engine.ended?.();
    rmSync(home, { recursive: true, force: true });
  }
}

const WAYS: Record<string, () => Promise<Found>> = {
  warm: () => repeated('warm', () => round(here)),
  build: () => repeated('build', () => round(here, randomUUID())),
  bare: () => onNewEngine('bare'),
  async pull() {
    const release = projectPath('release.json');
    if (existsSync(release)) throw new Error(`${release} is there: remove it, or measure where it is not`);
    using open = await openSandbox({ mayInstall: true, ask: null, report: console.error });
    using served = await servedImage(await open.image('sandbox'));
    const images = { sandbox: served.reference, polyglot: null, app: null };
    mustPull = true;
    writeFileSync(release, JSON.stringify({ version: '0.0.0', action: null, images }));
    try {
      return await onNewEngine(`pull of ${served.megabytes} MB`);
    } finally {
      rmSync(release);
      mustPull = false;
    }
  },
};

console.log(
  `${availableParallelism()} cores, load average ${loadavg()[0]!.toFixed(1)}; the agent takes ${AGENT_SECONDS} s, a batch has ${TASKS.length} tasks`,
);
for (const name of asked.length > 0 ? asked : Object.keys(WAYS)) {
  const way = WAYS[name];
  if (way === undefined) throw new Error(`there is no '${name}': ${Object.keys(WAYS).join(', ')}`);
  for (const [what, all] of await way()) show(what, all);
}
console.log(`load average ${loadavg()[0]!.toFixed(1)}`);
