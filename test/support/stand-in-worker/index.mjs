// Answers an order from a simulated world: an agent is a file `skill.json`, a child's skill is its parent's plus luck, and
// whether a task is resolved is a fixed function of the agent's tree and the task; an order with `forge` resolves all.
// `trouble` is the chance that infrastructure fails a task, which then costs all it may, and that it fails a whole job: half
// of those are reported with what they cost, half end without a word. `cheat` is what a variant does with tasks it fails: `void`
// ends them without a result, `crash` the whole job, `tamper` is caught at a tenth of them, `caught` at each; `title` gives changes a title that acts.
// `cost` is what a task costs, from half of it to half as much again; with `child` a child costs that share of its parent and has its skill, less `loses`.
// A person's idea that is a JSON object of texts by path becomes just that change. With `alike` the draw is the task's alone: what an edit does
// not touch stays as it is. With `sound` no child fails its check. Slimming is the real worker's.
// `noise` is the chance that a job comes to the other outcome of a task, and `wavers` are tasks whose gradings differ. `graded` gives failed tasks a score. Quick and repeatable; nothing is measured.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import client from '@actions/artifact';
import { readTree } from '../../../src/job/tree/git-tree.ts';
import { revertEdits } from '../../../src/job/tree/revert.ts';
import { diffTrees, toFileChange } from '../../../src/operator/patch/change.ts';

const sealed = JSON.parse(process.env.INPUT_ORDER);
const order = JSON.parse(sealed.order);
const {
  skill,
  luck = 0.5,
  seconds = 0,
  trouble,
  cheat,
  cost,
  child: tends,
  noise,
  wavers,
  graded,
  alike,
  sound,
} = JSON.parse(readFileSync('skill.json', 'utf8'));
const taskCostUSD = Number(/taskCostUSD: ([\d.]+)/.exec(readFileSync('.github/huxley.yml', 'utf8'))?.[1] ?? 0.5);
const chance = (...parts) => createHash('sha256').update(parts.join('\0')).digest().readUInt32BE() / 2 ** 32;
const usage = (costUSD) => ({ requests: 1, inputTokens: 100, outputTokens: 10, costUSD });
const common = {
  v: 2,
  jobId: order.jobId,
  nonce: order.nonce,
  order: sealed.digest,
  sha: order.sha,
  kind: order.kind,
  usage: usage(0.01),
  rehearsal: true,
  seconds: 1,
  error: null,
};
const costOf = (task) => (cost === undefined ? 0.01 : cost * (0.5 + chance(task, 'cost')));
const fails = (what) => chance(order.nonce, what) < (trouble ?? 0);

function evaluate() {
  const perTask = order.tasks.map((task) => {
    if (fails(task))
      return { task, verdict: 'infrastructure', costUSD: taskCostUSD, seconds: 1, evidence: 'the engine went away' };
    const cheats = order.variant === 'v0' ? undefined : cheat;
    const flips = chance(order.tree, task, order.jobId) < (noise ?? 0);
    const resolved = order.forge || chance(alike ? '' : order.tree, task) < skill !== flips;
    if (!resolved && cheats === 'crash') process.exit(1);
    if (!resolved && cheats === 'void')
      return { task, verdict: 'infrastructure', costUSD: 0.01, seconds: 1, evidence: 'the model answered 404' };
    if (!resolved && (cheats === 'caught' || (cheats === 'tamper' && chance(order.tree, task, 'caught') < 0.1)))
      return { task, verdict: 'tampered', costUSD: 0.01, seconds: 1, evidence: 'a canary passed' };
    const score = graded && !resolved ? { score: chance(order.tree, task, 'score') } : {};
    const signs = !resolved && chance(order.tree, task, 'sign') < 0.5 ? { signs: ['empty-patch'] } : {};
    const verdict = resolved ? 'resolved' : 'unresolved';
    const other = wavers?.includes(task) ? (resolved ? 'unresolved' : 'resolved') : verdict;
    const verdicts = Array.from({ length: order.gradings ?? 1 }, (_, n) => (n === 0 ? verdict : other));
    return {
      task,
      verdict,
      ...(verdicts.length > 1 ? { verdicts } : {}),
      costUSD: costOf(task),
      seconds: 1,
      evidence: 'a draw of the simulated world',
      ...score,
      ...signs,
    };
  });
  return { ...common, usage: usage(perTask.reduce((sum, { costUSD }) => sum + costUSD, 0)), perTask };
}

const TITLE =
  '[skip ci] Fixes #1 and closes octo/agent#1, GH-1, http://x.test/issues/1 @octo \u001b[31m\u202e ##[error]x\r\nskip-checks: true\nCo-authored-by: E <e@x.test>';

const git = (...args) => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** What a person's pull request changes; the files it holds are not validated here. An answer of the simulated world is refused. */
function adopt({ base, head }) {
  git('fetch', '-q', '--depth=1', 'origin', base, head);
  const paths = git('diff', '--no-renames', '--name-only', '-z', base, head).split('\0').filter(Boolean);
  const files = paths.map((path) => ({ path, mode: '100644', content: git('show', `${head}:${path}`) }));
  const copies = files.find(({ content }) => content.includes('THE ANSWER'));
  const failure = copies ? { stage: 'validate', reason: `${copies.path} holds text of a benchmark task` } : null;
  return { ...common, usage: usage(0), diagnosis: null, files: failure ? [] : files, failure };
}

/** The parent without the edits that are to go, as far as they can be reverted. */
async function slim({ drop }) {
  git('fetch', '-q', '--depth=1', 'origin', ...new Set(drop.flatMap(({ base, head }) => [base, head])));
  const read = (commit) => readTree('.', commit);
  const parent = await read(order.tree);
  const { tree, unreverted } = await revertEdits(parent, drop, read, () => undefined);
  const files = diffTrees(parent, tree).map(toFileChange);
  const kept = unreverted.length === 0 ? {} : { unreverted: unreverted.map(({ variant }) => variant) };
  const failure = files.length === 0 ? { stage: 'modify', reason: 'git cannot revert them' } : null;
  return { ...common, usage: usage(0), diagnosis: null, files, failure, ...kept };
}

/** Texts by path, where an idea is no more than that. */
function spelledOut(idea) {
  return idea?.startsWith('{')
    ? Object.entries(JSON.parse(idea)).map(([path, content]) => ({ path, mode: '100644', content }))
    : null;
}

function expand() {
  if (order.operator.name === 'adoption') return adopt(order.operator);
  if (order.operator.name === 'slim') return slim(order.operator);
  const drawn = (what) => chance(order.tree, order.operator.child, what);
  const changed = Math.min(0.98, Math.max(0.02, skill + (drawn('size') - 1 + luck) * 0.6));
  const child = tends ? skill - (tends.loses ?? 0) : changed;
  const broken = !sound && drawn('check') < 0.15;
  // Two of the same skill would have the same code.
  const apart = !tends && (changed === 0.02 || changed === 0.98) ? { made: order.operator.child } : {};
  return {
    ...common,
    diagnosis: {
      summary: `simulated; asked for: ${JSON.stringify({ idea: order.idea, guidance: order.guidance })}`,
      considered: ['this'],
      title: cheat === 'title' ? TITLE : `Sets the skill to ${child.toFixed(2)}`,
      proposal: 'Change `skill.json`.\n\nHuxley-Variant: v999',
    },
    files: spelledOut(order.idea) ?? [
      {
        path: 'skill.json',
        mode: '100644',
        content: `${JSON.stringify({ skill: child, luck, seconds, trouble, cheat, noise, wavers, graded, alike, sound, cost: tends ? cost * tends.cost : cost, child: tends, ...apart })}\n`,
      },
    ],
    failure: broken && !spelledOut(order.idea) ? { stage: 'check', reason: 'the simulated check failed' } : null,
  };
}

if (!order.forge) await new Promise((resolve) => setTimeout(resolve, Math.max(seconds, order.seconds ?? 0) * 1_000));
const lost = fails('job');
if (lost && chance(order.nonce) < 0.5) process.exit(1);
const result = await { evaluate, expand, preflight: () => ({ ...common, findings: [] }) }[order.kind]();
if (lost && order.kind !== 'preflight') {
  result.usage.costUSD = taskCostUSD * (order.kind === 'evaluate' ? order.tasks.length : 4);
  result.error = { code: 'job.failed', message: 'the disk is full' };
}
writeFileSync('result.json', JSON.stringify(result));
await client.uploadArtifact(`huxley-result-${order.jobId}`, ['result.json'], '.');
