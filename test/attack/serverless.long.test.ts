import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect } from 'vitest';
import { CONTROLLER_WORKFLOW, CONTROLLER_WORKFLOW_PATH } from '../../src/github/controller-workflow.ts';
import { unzipFile } from '../../src/github/unzip.ts';
import { issueJobToken } from '../../src/local-github/actions/run/app.ts';
import { dispatch, findWorkflow } from '../../src/local-github/actions/run/dispatch.ts';
import { setSetting } from '../../src/local-github/actions/run/settings.ts';
import { SCOPES } from '../../src/local-github/actions/workflow/permissions.ts';
import type { Exchange } from '../../src/local-github/http/exchange.ts';
import type { JournalEntry } from '../../src/model/event.ts';
import { parseEvidence } from '../../src/report/evidence.ts';
import { evidenceCheck } from '../../src/run/publish/publish-evidence.ts';
import { STATE_FILE } from '../../src/serverless/states.ts';
import { commitFile } from '../support/commit-file.ts';
import { expectConsistent } from '../support/consistency.ts';
import { until, World } from '../support/world.ts';
import { type Attack, attack } from './attack.ts';

/** Another workflow of the repository: it may write everything, has the repository's secrets, and the Environment's not. */
const EVIL = `name: Evil
on: { workflow_dispatch: { inputs: { name: { required: true }, base64: { required: true } } } }
permissions: write-all
jobs:
  evil:
    runs-on: ubuntu-latest
    steps:
      - run: echo "sees '$KEY' and '$OTHER'"
        env: { KEY: "\${{ secrets.HUXLEY_KEY }}", OTHER: "\${{ secrets.OTHER }}" }
      - uses: evil/upload@v1
        with: { name: "\${{ inputs.name }}", base64: "\${{ inputs.base64 }}" }
`;

const at = { owner: 'octo', repo: 'agent' } as const;
let world: World;
let issue: number;
/** What the evil workflow holds in its hands while it runs. */
let evil: Octokit['rest'];
let old: Buffer;
/** Is told of every request, where a test wants to know. */
let heard: ((exchange: Exchange) => void) | undefined;

beforeAll(async () => {
  world = await World.start({
    way: 'token',
    skill: 0.3,
    luck: 1,
    seconds: 1,
    tasks: 12,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 12, concurrency: 2, batch: 3 }
`,
    observe: (exchange) => heard?.(exchange),
    files: { '.github/workflows/evil.yml': EVIL },
    halfHourMs: 1e9,
    actions: { actions: { 'evil/upload': join(import.meta.dirname, '../support/serverless/upload') } },
  });
  const { hub, actions, setup, apiUrl } = world.github;
  const repository = setup.repository('octo', 'agent');
  setSetting(actions, 'secret', repository, 'OTHER', 'known');
  const everything = Object.fromEntries(SCOPES.map((scope) => [scope, 'write'] as const));
  const token = issueJobToken(hub, actions.app, repository, { ...everything, metadata: 'read' });
  evil = new Octokit({ auth: token, baseUrl: apiUrl, log: { debug() {}, info() {}, warn() {}, error() {} } }).rest;
  await world.startController();
  issue = await world.run('seed=1');
  await until(async () => ((await states()).length > 0 ? true : undefined), 'a state');
  old = await content((await states())[0]!.id);
});
afterAll(() => world?.[Symbol.asyncDispose]());

const rest = () => world.github.actions.scheduler.idle();

/** States on GitHub, the newest first. */
async function states() {
  const { data } = await evil.actions.listArtifactsForRepo({ ...at, per_page: 100 });
  return data.artifacts.filter(({ name }) => name.startsWith('huxley-state-'));
}

async function content(artifact_id: number): Promise<Buffer> {
  const { data } = await evil.actions.downloadArtifact({ ...at, artifact_id, archive_format: 'zip' });
  return unzipFile(Buffer.from(data as ArrayBuffer), STATE_FILE, 1e9);
}

/** Starts a workflow as another workflow does, and waits until everything rests; gives the run. */
async function start(
  name: string,
  inputs: Readonly<Record<string, string>>,
  wait = true,
  ref = 'main',
): Promise<number> {
  const { actions, setup, hub } = world.github;
  const repository = setup.repository('octo', 'agent');
  const { app } = actions;
  const [user, installation] = [hub.store.users.get(app.bot)!, hub.store.installations.find({ app: app.id })!];
  const actor = { type: 'installation', app, installation, user, permissions: {}, repositories: null } as const;
  const run = await dispatch(actions, repository, actor, await findWorkflow(actions, repository, name), {
    ref,
    inputs,
  });
  if (wait) await rest();
  return run.id;
}

const isOrder = ({ path, id }: { readonly path: string; readonly id: number }) =>
  path.endsWith('/huxley.yml') && JSON.parse(orderOf(id)).kind === 'evaluate';

const orderOf = (run: number): string =>
  JSON.parse(String(world.github.actions.tables.runs.get(run)!.inputs.order)).order;

/** What the result that a run of the worker's workflow has uploaded says of its tasks. */
async function verdictsOf(run_id: number): Promise<readonly string[]> {
  const { data } = await evil.actions.listWorkflowRunArtifacts({ ...at, run_id });
  const artifact_id = data.artifacts.find(({ name }) => name.startsWith('huxley-result-'))!.id;
  const zip = await evil.actions.downloadArtifact({ ...at, artifact_id, archive_format: 'zip' });
  const result = JSON.parse(unzipFile(Buffer.from(zip.data as ArrayBuffer), 'result.json', 1e9).toString());
  return result.perTask.map(({ verdict }: { verdict: string }) => verdict);
}

const conclusion = (run: number) => world.github.actions.tables.runs.get(run)!.conclusion;

/** A tick that goes on from where the last one was: of the journal nothing is gone, and nothing is new. */
async function expectUnmoved(what: () => Promise<unknown>): Promise<string> {
  const before = await world.entries('r1');
  await what();
  const tick = await world.controller!.tick();
  expect(tick.log).toContain('Journal from an earlier tick');
  expect(tick.conclusion).toBe('success');
  expect(await world.entries('r1')).toEqual(before);
  return `the journal holds the same ${before.length} entries after the next tick`;
}

const forge = (number: number, name: string, defence: string, answer: Attack['answer'] = 'prevented') =>
  ({ number, family: 'forge', name, answer, defence }) as const;

attack(
  forge(
    704,
    'a workflow dispatches a genuine order with another content, under its digest, while the genuine one is carried out',
    'of the runs with a digest the one counts that the controller dispatched itself',
  ),
  async () => {
    const { runs } = world.github.actions.tables;
    const sent = await until(async () => runs.list({ status: 'in_progress' }).find(isOrder), 'an order');
    const sealed = JSON.parse(String(sent.inputs.order));
    const { jobId, tasks } = JSON.parse(sealed.order) as { jobId: string; tasks: string[] };
    const lie = { ...JSON.parse(sealed.order), forge: true };
    const forged = await start(
      'huxley.yml',
      { order: JSON.stringify({ ...sealed, order: JSON.stringify(lie) }) },
      false,
    );
    await until(async () => runs.get(forged)!.status === 'completed' || undefined, 'the forged result');
    const of = ({ event }: JournalEntry) =>
      event.type === 'evaluation.done' && event.job === jobId ? [event.outcome] : [];
    const found = await until(async () => {
      const verdicts = (await world.entries('r1')).flatMap(of);
      return verdicts.length === tasks.length ? verdicts : undefined;
    }, 'its results');
    expect(found).toContain('unresolved');
    expect(found).toEqual(await verdictsOf(sent.id));
    expect(new Set(await verdictsOf(forged))).toEqual(new Set(['resolved']));
    await world.reply(issue, await world.comment(issue, '/huxley pause'));
    await rest();
    return 'the results in the journal are those of the genuine run; the forged one said that all was resolved';
  },
);

attack(
  forge(
    701,
    'a workflow uploads a state of its own making, and a genuine old one under a high number',
    'states are looked for in runs of the controller alone; they count in the run that their seal by HUXLEY_KEY names',
  ),
  () =>
    expectUnmoved(async () => {
      for (const base64 of [Buffer.from('huxley-state-1\nmine').toString('base64'), old.toString('base64')]) {
        const run = await start('evil.yml', { name: 'huxley-state-99999', base64 });
        expect(world.controller!.log(run)).toContain("sees '' and '***'");
        expect(conclusion(run)).toBe('success');
      }
    }),
);

attack(
  forge(
    702,
    'a branch holds another huxley-app.yml, which uploads an old state in a run of that workflow',
    'a state counts in the run alone that its seal by HUXLEY_KEY names; the Environment refuses other branches',
  ),
  () =>
    expectUnmoved(async () => {
      const person = { octokit: world.people.owner, at } as const;
      const upload = EVIL.replace(/\$\{\{ inputs.base64 \}\}/, old.toString('base64'))
        .replace('"${{ inputs.name }}"', 'huxley-state-99999')
        .replace(/ inputs: .*\}\} \}\n/, ' {} }\n')
        .replace('name: Evil', 'name: Huxley app');
      await commitFile(
        person,
        'evil',
        CONTROLLER_WORKFLOW_PATH,
        upload.replace(/on: .*\n/, 'on: { workflow_dispatch: {} }\n'),
        'Mine',
      );
      const run = await start(CONTROLLER_WORKFLOW, {}, true, 'evil');
      expect(conclusion(run)).toBe('success');
      const [newest] = await states();
      expect([newest!.name, newest!.workflow_run?.head_branch]).toEqual(['huxley-state-99999', 'evil']);
      await commitFile(person, 'same', 'note.md', 'x', 'The same workflow, on another branch');
      const refused = await start(CONTROLLER_WORKFLOW, {}, true, 'same');
      expect(world.controller!.log(refused)).toContain('is not allowed to deploy to huxley');
    }),
);

attack(
  forge(703, 'a workflow starts the controller with `rebuild`', 'only a person may have the journal built again'),
  () =>
    expectUnmoved(async () => {
      const run = await start(CONTROLLER_WORKFLOW, { rebuild: 'true' });
      expect(conclusion(run)).toBe('failure');
      expect(world.controller!.log(run)).toContain('Only a person may have the journal built again');
    }),
);

attack(
  forge(
    705,
    'a workflow answers in the name of the bot before the controller does, and writes a dashboard',
    'comments count as the controller’s own only with a code made by HUXLEY_KEY',
  ),
  async () => {
    const dashboard = await world.dashboard(issue);
    const lie = `### Run r1 · v9 is merged\n\n<!-- huxley:dashboard v=1 run=r1 -->`;
    await evil.issues.createComment({ ...at, issue_number: issue, body: lie });
    const next = world.github.hub.store.comments.list({}).at(-1)!.id + 2;
    await evil.issues.createComment({
      ...at,
      issue_number: issue,
      body: `Done.\n\n<!-- huxley:reply v=1 to=${next} -->`,
    });
    expect(await world.comment(issue, '/huxley status')).toBe(next);
    await rest();
    const said = (await world.comments(issue)).filter((body) => body.includes(`huxley:reply v=1 to=${next} `));
    expect(said).toHaveLength(2);
    expect(said[1]).toContain('huxley-mac-1');
    expect((await world.comments(issue)).filter((body) => body === lie)).toHaveLength(1);
    expect(dashboard).toContain('huxley-mac-1');
    return 'the command was answered all the same, and the forged comments were neither edited nor believed';
  },
);

/** Check runs that the evil workflow has made. */
const forged = new Set<number>();

/** Genuine check runs with evidence. */
async function evidence() {
  const all = await Promise.all(
    (await world.archive('r1'))!.search.variants.map(async (variant) =>
      variant?.sha
        ? (await evil.checks.listForRef({ ...at, ref: variant.sha, filter: 'all', per_page: 100 })).data.check_runs
        : [],
    ),
  );
  return all.flat().filter(({ id, name }) => name === evidenceCheck('r1') && !forged.has(id));
}

/** The events alone: built again, they have their times, and not those of orders and decisions in flight. */
const told = async () =>
  (await world.entries('r1')).flatMap(({ event }) => (event.type === 'evaluation.done' ? [JSON.stringify(event)] : []));

attack(
  forge(
    706,
    'a workflow deletes the newest state',
    'a run that succeeded has left a state; where it is gone, the controller stops and says so',
    'detected',
  ),
  async () => {
    // Nothing was told since: the evidence is as old as the state before.
    await world.controller!.tick();
    const before = await told();
    await evil.actions.deleteArtifact({
      ...at,
      artifact_id: (await states()).find(
        ({ workflow_run }) =>
          workflow_run?.head_branch === 'main' && workflow_run.id !== undefined && isController(workflow_run.id),
      )!.id,
    });
    const comment = await world.comment(issue, '/huxley status');
    await rest();
    expect((await world.comments(issue)).at(-1)).toContain('The newest journal cannot be relied on');
    expect(comment).toBeGreaterThan(0);
    const tick = await world.controller!.tick();
    expect(tick.conclusion).toBe('failure');
    const again = await world.controller!.tick({ rebuild: 'true' });
    expect(again.log).toContain('it was built again');
    expect(await told()).toEqual(before);
    return 'nothing was done, the person who asked was told, and who built the journal again had the same results';
  },
);

attack(
  forge(
    707,
    'a workflow deletes the newest run of the controller',
    'the numbers of its runs have no gap; where they have one, the controller stops and says so',
    'detected',
  ),
  async () => {
    const newest = world.controller!.runs().at(-1)!;
    await evil.actions.deleteWorkflowRun({ ...at, run_id: newest.id });
    const tick = await world.controller!.tick();
    expect(tick.conclusion).toBe('failure');
    expect(tick.log).toContain(`run ${newest.number} of the workflow is gone`);
    return `the next tick failed: run ${newest.number} of the workflow is gone`;
  },
);

attack(
  forge(
    708,
    'a workflow writes a check run that looks like evidence, and copies a genuine one to another commit',
    'evidence counts only with a code made by HUXLEY_KEY over all it says and its commit',
  ),
  async () => {
    const before = await told();
    const [genuine] = (await evidence()).filter(
      ({ output }) => output.text?.includes('"resolved"') || output.text?.includes('evaluation.done'),
    );
    const { variants } = (await world.archive('r1'))!.search;
    const other = variants.find((variant) => variant?.sha && variant.sha !== genuine!.head_sha)!.sha!;
    const common = { ...at, name: evidenceCheck('r1'), status: 'completed', conclusion: 'neutral' } as const;
    const held = (await evidence()).flatMap(({ output }) => parseEvidence(output.text ?? '')) as JournalEntry[];
    const last = held.find(({ event }) => event.type === 'evaluation.done')!;
    const more = { ...last, seq: Math.max(...held.map(({ seq }) => seq)) + 1 };
    const code = /Authenticated by .*$/.exec(genuine!.output.text!)![0];
    const lie = `\`\`\`json huxley-evidence-v1\n${JSON.stringify(more)}\n\`\`\`\n\n${code}`;
    expect(parseEvidence(lie)).toEqual([more]);
    const { title, summary, text } = genuine!.output;
    const output = { title: title!, summary: summary! };
    const copy = { head_sha: other, external_id: genuine!.external_id ?? '', output: { ...output, text: text! } };
    for (const made of [
      { head_sha: genuine!.head_sha, external_id: `r1:${more.seq}-${more.seq}`, output: { ...output, text: lie } },
      copy,
    ])
      forged.add((await evil.checks.create({ ...common, ...made })).data.id);
    const again = await world.controller!.tick({ rebuild: 'true' });
    expect(again.log).toContain('Recovered from GitHub: r1');
    expect(await told()).toEqual(before);
    return 'built again from GitHub, the journal holds the genuine results alone';
  },
);

attack(
  forge(
    709,
    'a workflow edits the evidence of a genuine check run',
    'what no code of HUXLEY_KEY stands for is no evidence; a journal that lacks some is not built again',
    'detected',
  ),
  async () => {
    const before = await told();
    const [genuine] = (await evidence()).filter(
      ({ output }) =>
        output.text?.includes('evaluation.done') &&
        output.text.includes('huxley-evidence') &&
        output.text.includes('Authenticated'),
    );
    const output = { title: genuine!.output.title!, summary: genuine!.output.summary! };
    const edit = (text: string) =>
      evil.checks.update({ ...at, check_run_id: genuine!.id, output: { ...output, text } });
    await edit(genuine!.output.text!.replace(/"(un)?resolved"/, (_, un) => (un ? '"resolved"' : '"unresolved"')));
    const again = await world.controller!.tick({ rebuild: 'true' });
    expect(again.log).toContain('Not recovered: r1');
    await edit(genuine!.output.text!);
    const restored = await world.controller!.tick({ rebuild: 'true' });
    expect(restored.log).toContain('Recovered from GitHub: r1');
    expect(await told()).toEqual(before);
    return 'the run was not recovered until the evidence was what it had been';
  },
);

attack(
  forge(
    710,
    'a workflow deletes all that a tick left whose runner was lost after it had told of results',
    'what is told is saved before; where GitHub holds more than the journal, the controller stops and says so',
    'detected',
  ),
  async () => {
    const { actions } = world.github;
    const second = await world.run('seed=2');
    const run = `r${second}`;
    const lost = await new Promise<number>((resolve) => {
      heard = ({ route, requestBody }) => {
        if (
          route !== 'POST /repos/{owner}/{repo}/check-runs' ||
          (requestBody as { name: string }).name !== evidenceCheck(run)
        )
          return;
        const { id } = world.controller!.runs(['in_progress'])[0]!;
        heard = undefined;
        actions.scheduler.loseRunner(id);
        // As by the API, and before the next tick begins.
        for (const state of actions.tables.artifacts.list({ run: id })) {
          actions.tables.artifacts.delete(state.id);
          actions.blobs.delete(state.id);
        }
        resolve(id);
      };
    });
    await rest();
    const runs = world.controller!.runs();
    const next = runs[runs.findIndex(({ id }) => id === lost) + 1];
    const { log } = next ? { log: world.controller!.log(next.id) } : await world.controller!.tick();
    expect(log).toMatch(new RegExp(`the evidence of run ${run} has \\d+ entries, and the journal \\d+`));
    const again = await world.controller!.tick({ rebuild: 'true' });
    expect(again.log).toContain(run);
    const archive = await world.ended(run);
    expect(archive.outcome).not.toBeNull();
    await expectConsistent(world, run, archive);
    await world.comment(issue, '/huxley resume');
    expect((await world.ended('r1')).outcome).not.toBeNull();
    return `the next tick said that GitHub has more of ${run} than the journal; built again, it came to its end`;
  },
);

function isController(run: number): boolean {
  return world.controller!.runs().some(({ id }) => id === run);
}
