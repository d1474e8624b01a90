import { stripTypeScriptTypes } from 'node:module';
import { parseArgs } from 'node:util';
import { type Archive, type Job, lineage, RESOLVED, RULES } from '../src/archive/archive.ts';
import { reduce } from '../src/archive/reduce.ts';
import { openDirectory } from '../src/benchmark/directory/suite.ts';
import { KATA_FOLDER } from '../src/benchmark/kata/folder.ts';
import { splitTasks } from '../src/benchmark/split.ts';
import { projectPath } from '../src/environment/project.ts';
import type { TranscriptEntry } from '../src/gateway/record/transcript.ts';
import { CallLog } from '../src/job/attempt/call-log.ts';
import { renderConversation } from '../src/job/attempt/conversation.ts';
import { noticeSigns } from '../src/job/attempt/signs.ts';
import { unifiedDiff } from '../src/job/tree/unified-diff.ts';
import { filesOf } from '../src/local-github/world/start-world.ts';
import { recall } from '../src/memory/memory.ts';
import type { Decision } from '../src/model/decision.ts';
import { HuxleyError } from '../src/model/error.ts';
import type { ArchiveEvent, ExpansionStage } from '../src/model/event.ts';
import type { FileEntry } from '../src/model/file.ts';
import { type VariantId, variantNumber } from '../src/model/ids.ts';
import type { Prediction } from '../src/model/memory/prediction.ts';
import { isRepetition, type Proposal } from '../src/model/memory/proposal.ts';
import { createRng } from '../src/model/rng.ts';
import { type Evidence, selectEvidence } from '../src/operator/evidence.ts';
import { type DiagnosisMessages, diagnosisMessages, tasksShown } from '../src/operator/messages.ts';
import { named, readPredictions } from '../src/operator/predicted.ts';
import { issueText } from '../src/operator/prompt/issue.ts';
import type { Trajectory } from '../src/operator/trajectory.ts';
import { CATALOGUE } from '../src/rehearsal/catalogue/all.ts';
import { SOURCE_FILE } from '../src/rehearsal/catalogue/improvement.ts';
import { chatRequest, fromChat } from '../src/rehearsal/conversation.ts';
import { type Kata, loadKatas } from '../src/rehearsal/katas.ts';
import { respond } from '../src/rehearsal/respond.ts';
import { chatCompletion } from '../src/rehearsal/wire.ts';
import { decide } from '../src/search/decide.ts';
import { judgeGate } from '../src/search/gate/gate.ts';
import type { Policy } from '../src/search/policies/policy.ts';
import { createPolicy, parsePolicy } from '../src/search/policies.ts';
import { orderOf } from '../src/simulation/trial.ts';

/**
 * How often a run like the demo's ends with a merge, by policy: the agents' own code, the rehearsal model, the diagnoses, the
 * search and the gate, all in this process, so that a run takes half a second instead of minutes. It approximates: files
 * are in memory, a task is solved when the model wrote the right solution, an example passes exactly then, what the
 * catalogue calls broken fails its check, and jobs take about as long as on two cores.
 * Policies as `huxley simulate` takes them, e.g. `huxley:variety=1:expansionYield=0`.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '0-24' },
    orders: { type: 'string', default: '4' },
    budget: { type: 'string', default: '60' },
    concurrency: { type: 'string', default: '2' },
  },
});
const [firstSeed, lastSeed] = values.seeds.split('-').map(Number) as [number, number];
const policies = positionals.length > 0 ? positionals : ['huxley', 'hgm'];

const katas = new Map((await loadKatas()).map((kata) => [kata.id, kata]));
const suite = await openDirectory('kata', KATA_FOLDER, 'none', async () => undefined);
/** The demo's repository has this id, which salts the split. */
const REPOSITORY = '1';
const CONFIDENCE = 0.95;
const UNRESOLVED = RESOLVED + 1;
const tasks = splitTasks(suite.digest, REPOSITORY, 0.5, [...katas.keys()].sort());
const rootFiles: FileEntry[] = Object.entries(filesOf(projectPath('examples', 'starter-agent'))).map(
  ([path, text]) => ({
    path,
    content: Buffer.from(text),
    executable: false,
  }),
);

interface Ended {
  readonly merged: boolean;
  /** Of all tasks. */
  readonly root: number;
  readonly shipped: number;
  readonly rootShipped: boolean;
  readonly expansions: number;
  readonly failed: number;
  /** Expansions asked for with a parent, an operator and evidence that another had been asked for with. */
  readonly repeated: number;
}

/** An expansion that was ordered. */
type Plan = Extract<Decision, { type: 'expand' }> & { readonly proposed: readonly Proposal[] };

/** One run. Results come back in an order that `order` shuffles, as on a machine with several jobs at once. */
async function play(policy: Policy, seed: number, order: number): Promise<Ended> {
  const sources = new Map<VariantId, readonly FileEntry[]>([['v0', rootFiles]]);
  const attempts = new Map<string, Trajectory>();
  const plans = new Map<VariantId, Plan>();
  const ends = new Map<string, number>();
  const rng = createRng(seed, 1_000 + order);
  let clock = 0;
  let archive: Archive | null = null;
  const happen = (event: ArchiveEvent): Archive => {
    archive = reduce(archive, event);
    return archive;
  };

  const attempt = async (variant: VariantId, task: string): Promise<Trajectory> => {
    const key = `${variant}/${task}`;
    const known = attempts.get(key) ?? (await solve(seed, variant, sources.get(variant)!, katas.get(task)!));
    attempts.set(key, known);
    return known;
  };
  const finish = async (job: Job): Promise<ArchiveEvent[]> => {
    const paid = { job: job.job, variant: job.variant, costUSD: 0, seconds: 0 };
    if (job.kind === 'evaluate') {
      const events: ArchiveEvent[] = [];
      for (const task of job.tasks) {
        const trajectory = await attempt(job.variant, task);
        const outcome = trajectory.verdict === 'resolved' ? 'resolved' : 'unresolved';
        const signs = outcome === 'unresolved' && trajectory.signs ? { signs: [...trajectory.signs] } : {};
        events.push({ type: 'evaluation.done', ...paid, task, split: 'search', outcome, ...signs });
      }
      return events;
    }
    const { parent, donor, operator, tasks: shown, proposed } = plans.get(job.variant)!;
    const kin = lineage(archive!.search, variantNumber(parent)).map(({ id }) => id);
    const evidence = shown.flatMap((task) => {
      const whose = [kin.find((id) => attempts.has(`${id}/${task}`)), donor];
      return whose.flatMap((id) => attempts.get(`${id}/${task}`) ?? []);
    });
    let child: Child;
    try {
      const selected = selectEvidence(operator, parent, donor ?? null, evidence);
      child = await makeChild(seed, sources.get(parent)!, donor ? sources.get(donor)! : null, selected, proposed);
    } catch (error) {
      if (!(error instanceof HuxleyError)) throw error;
      return [{ type: 'expansion.failed', ...paid, stage: 'diagnose', reason: error.message }];
    }
    const { title, predicted, files, stage, reason } = child;
    const twin = files && [...sources].find(([, known]) => sourceOf(known) === sourceOf(files))?.[0];
    const failure = twin
      ? { stage: 'modify' as const, reason: 'a known one', twin }
      : stage && { stage, reason: reason! };
    if (failure) return [{ type: 'expansion.failed', ...paid, ...failure, title }];
    sources.set(job.variant, files!);
    return [{ type: 'expansion.made', ...paid, sha: job.variant, tree: job.variant, summary: title, predicted }];
  };

  let now = happen(started(policy, seed));
  for (;;) {
    const decision = decide(now, policy);
    if (decision.type === 'stop') {
      const { expansionsMade, expansionsFailed } = now.search;
      return {
        ...(await judged(decision.shipped, attempt)),
        expansions: expansionsMade + expansionsFailed,
        failed: expansionsFailed,
        repeated: plans.size - new Set([...plans.values()].map(orderKey)).size,
      };
    }
    if (decision.type === 'wait') {
      for (const job of now.jobs.values()) {
        const usual = job.kind === 'expand' ? 5 : 1.5 + 1.2 * job.tasks.length;
        if (!ends.has(job.job)) ends.set(job.job, clock + usual * (0.75 + 0.5 * rng.next()));
      }
      const next = [...now.jobs.values()].reduce((a, b) => (ends.get(a.job)! <= ends.get(b.job)! ? a : b));
      clock = ends.get(next.job)!;
      for (const event of await finish(next)) now = happen(event);
      continue;
    }
    const n = now.decisions;
    if (decision.type === 'expand') {
      const proposed = recall(now, variantNumber(decision.parent), []);
      plans.set(decision.variant, { ...decision, proposed });
    }
    happen({ type: 'decision.made', n, decision });
    now = happen(orderOf(decision, n));
  }
}

function orderKey({ parent, operator, tasks: shown }: Plan): string {
  return JSON.stringify([parent, operator, [...shown].sort()]);
}

/** The held-out comparison, and what both solve of all tasks. */
async function judged(
  shipped: VariantId,
  attempt: (variant: VariantId, task: string) => Promise<Trajectory>,
): Promise<Pick<Ended, 'merged' | 'root' | 'shipped' | 'rootShipped'>> {
  const codes = async (variant: VariantId, ids: readonly string[]) => {
    const found = new Uint8Array(ids.length);
    for (const [i, task] of ids.entries())
      found[i] = (await attempt(variant, task)).verdict === 'resolved' ? RESOLVED : UNRESOLVED;
    return found;
  };
  const solved = async (variant: VariantId) =>
    (await codes(variant, [...katas.keys()])).filter((code) => code === RESOLVED).length;
  const gate = judgeGate(await codes('v0', tasks.heldout), await codes(shipped, tasks.heldout), CONFIDENCE);
  const rootShipped = shipped === 'v0';
  return { merged: !rootShipped && gate.passed, root: await solved('v0'), shipped: await solved(shipped), rootShipped };
}

function started(policy: Policy, seed: number): ArchiveEvent {
  return {
    type: 'run.started',
    run: 'r1',
    seed,
    policy: policy.spec,
    budget: Number(values.budget),
    expansionCost: 2,
    concurrency: Number(values.concurrency),
    prefer: 'balance',
    batch: 8,
    costUSD: null,
    suite: { name: 'kata', digest: suite.digest },
    tasks: tasks.search,
    heldOut: tasks.heldout,
    root: { sha: 'v0', tree: 'v0' },
    confidence: CONFIDENCE,
    rules: RULES,
  };
}

/** What came of an expansion: the child's files, or why there is none. */
interface Child {
  readonly title: string;
  readonly predicted: readonly Prediction[];
  readonly files?: readonly FileEntry[];
  readonly stage?: ExpansionStage;
  readonly reason?: string;
}

async function makeChild(
  seed: number,
  parent: readonly FileEntry[],
  donor: readonly FileEntry[] | null,
  evidence: Evidence,
  proposed: readonly Proposal[],
): Promise<Child> {
  const diff = donor ? await unifiedDiff(parent, donor) : '';
  let { title, proposal, predicted: answer } = diagnose(seed, diagnosisMessages(evidence, parent, diff, { proposed }));
  if (proposed.some((before) => isRepetition(before, { title }))) {
    const sentBack = { title, repeats: 'idea' } as const;
    ({
      title,
      proposal,
      predicted: answer,
    } = diagnose(seed, diagnosisMessages(evidence, parent, diff, { proposed, sentBack })));
  }
  if (CATALOGUE.find((improvement) => improvement.title === title)!.worth === 'broken')
    return { title, predicted: [], stage: 'check', reason: 'its check fails' };
  const { files } = await run(seed, parent, 'modify', issueText(title, proposal), textsOf(parent));
  const changed = parent.map((file) => ({ ...file, content: Buffer.from(files.get(file.path)!) }));
  return sourceOf(changed) === sourceOf(parent)
    ? { title, predicted: [], stage: 'modify', reason: 'it changed nothing' }
    : { title, predicted: named(readPredictions(answer), tasksShown(evidence)), files: changed };
}

function diagnose(
  seed: number,
  { system, user }: DiagnosisMessages,
): { readonly title: string; readonly proposal: string; readonly predicted: unknown } {
  const text = (name: string) => [name, { type: 'string' }];
  const strings = Object.fromEntries(['summary', 'title', 'proposal'].map(text));
  const schema = { properties: { ...strings, predicted: { type: 'array' } } };
  const turns = [
    { role: 'system', text: system, calls: [] },
    { role: 'user', text: user, calls: [] },
  ] as const;
  return JSON.parse(respond(seed, [...katas.values()], { turns, tools: [], schema }).text);
}

async function solve(seed: number, variant: VariantId, agent: readonly FileEntry[], kata: Kata): Promise<Trajectory> {
  const { files, calls, log, ended } = await run(seed, agent, 'solve', kata.statement, new Map(kata.workspace), kata);
  const changed = [...files].filter(([path, content]) => kata.workspace.get(path) !== content);
  const patch = changed.map(([path, content]) => `+++ b/${path}\n${content.replace(/^/gm, '+')}`).join('\n');
  const asked = new CallLog(0);
  for (const call of calls) asked.sink(call);
  const signs = noticeSigns(patch, asked.close());
  return {
    v: 1,
    variant,
    task: kata.id,
    verdict: solvedBy(kata, files) ? 'resolved' : 'unresolved',
    evidence: '2 of 3 expected tests passed',
    ended,
    ...(signs.length > 0 ? { signs } : {}),
    statement: kata.statement,
    transcript: log,
    conversation: renderConversation(calls),
    patch,
  };
}

function solvedBy(kata: Kata, files: ReadonlyMap<string, string>): boolean {
  return [...kata.solution].every(([path, content]) => files.get(path)?.trim() === content.trim());
}

const AsyncFunction = (async () => {}).constructor as new (
  ...parts: string[]
) => (...given: unknown[]) => Promise<void>;
const IMPORTED = 'spawnSync, appendFileSync, mkdirSync, readFileSync, writeFileSync, dirname, resolve';
const compiled = new Map<string, (...given: unknown[]) => Promise<void>>();

/** The agent's code as a function of what it imports and of its globals. */
function compile(source: string): (...given: unknown[]) => Promise<void> {
  let main = compiled.get(source);
  if (!main) {
    const code = stripTypeScriptTypes(source)
      .replace(/^import .*$/gm, '')
      .replace(/^export /gm, '')
      .replace('if (import.meta.main)', '');
    main = new AsyncFunction(IMPORTED, 'process, fetch, console', code);
    compiled.set(source, main);
  }
  return main;
}

/** Lets an agent work on files in memory. */
async function run(
  seed: number,
  agent: readonly FileEntry[],
  mode: 'solve' | 'modify',
  task: string,
  files: Map<string, string>,
  kata?: Kata,
) {
  const calls: TranscriptEntry[] = [];
  let log = '';
  const read = (path: string) => {
    const content = path === 'task' ? task : files.get(path);
    if (content === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
    return content;
  };
  const spawn = (_: string, [, command]: string[]) => {
    if (kata?.example && kata.example.command === command && !solvedBy(kata, files))
      return { stdout: `${kata.example.prints} something else\n`, stderr: '', status: 1 };
    return { stdout: 'done\n', stderr: '', status: 0 };
  };
  const fetch = async (_: string, { body }: { body: string }) => {
    const request = chatRequest.safeParse(JSON.parse(body));
    if (!request.success) return { ok: false, status: 400, text: async () => request.error.message };
    const answer = respond(seed, [...katas.values()], fromChat(request.data));
    const completion = chatCompletion(String(calls.length), 'rehearsal', answer, { input: 0, output: 0 });
    calls.push({
      at: '',
      task: kata?.id ?? '',
      path: '',
      model: 'rehearsal',
      request: body,
      status: 200,
      response: JSON.stringify(completion),
      spent: { requests: 1, inputTokens: 0, outputTokens: 0, costUSD: 0 },
      seconds: 0,
      tries: 1,
      rehearsal: true,
    });
    return { ok: true, json: async () => completion };
  };
  const env = { HUXLEY_MODE: mode, HUXLEY_TASK: 'task', HUXLEY_OUT: 'log', HUXLEY_MODEL: 'rehearsal' };
  const append = (_: string, text: string) => {
    log += text;
  };
  const write = (path: string, content: string) => void files.set(path, content);
  const same = (path: string) => path;
  const silent = { log() {}, error() {} };
  let ended = 'exit 0';
  try {
    await compile(sourceOf(agent))(
      spawn,
      append,
      () => {},
      read,
      write,
      same,
      same,
      { env, chdir() {} },
      fetch,
      silent,
    );
  } catch (error) {
    ended = 'exit 1';
    log += String(error);
  }
  return { files, calls, log, ended };
}

function textsOf(files: readonly FileEntry[]): Map<string, string> {
  return new Map(files.map(({ path, content }) => [path, Buffer.from(content).toString('utf8')]));
}

function sourceOf(agent: readonly FileEntry[]): string {
  return textsOf(agent).get(SOURCE_FILE)!;
}

for (const policy of policies) {
  const runs: Ended[] = [];
  const { name, params } = parsePolicy(policy);
  for (let seed = firstSeed; seed <= lastSeed; seed++) {
    const own: Ended[] = [];
    for (let order = 0; order < Number(values.orders); order++)
      own.push(await play(createPolicy(name, params), seed, order));
    runs.push(...own);
    console.log(`  seed ${seed}: ${own.filter(({ merged }) => merged).length} of ${own.length} merged`);
  }
  const mean = (of: (run: Ended) => number) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  console.log(
    `${policy}: merged ${(100 * mean(({ merged }) => Number(merged))).toFixed(0)} % of ${runs.length} runs; ` +
      `solved of ${katas.size}: root ${mean(({ root }) => root).toFixed(1)}, shipped ${mean(({ shipped }) => shipped).toFixed(1)}; ` +
      `root shipped in ${(100 * mean(({ rootShipped }) => Number(rootShipped))).toFixed(0)} %, ` +
      `worse than the root in ${(100 * mean(({ root, shipped }) => Number(shipped < root))).toFixed(0)} %; ` +
      `expansions ${mean(({ expansions }) => expansions).toFixed(1)} a run, ${mean(({ failed }) => failed).toFixed(2)} of them failed, ` +
      `${mean(({ repeated }) => repeated).toFixed(2)} asked for a second time`,
  );
}
