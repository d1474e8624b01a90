/**
 * How a run's turns grow with its variants, and how long they keep everybody else waiting: `npm run bench:turns [-- 400,800,1600,3200]`.
 * A real store and the real turn; GitHub answers at once from memory. Of each part: seconds, the longest time during which nothing
 * else could be done, and at the end the exponent of growth from the smallest run to the largest.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pino } from 'pino';
import { configurationSchema } from '../src/config/schema.ts';
import type { Forge, PullRequest } from '../src/github/forge.ts';
import type { ArchiveEvent } from '../src/model/event.ts';
import type { VariantId } from '../src/model/ids.ts';
import { createRng } from '../src/model/rng.ts';
import { orderSigner } from '../src/order/signer.ts';
import { tick } from '../src/run/loop/tick.ts';
import { systemClock } from '../src/run/state/clock.ts';
import { DOCUMENTS } from '../src/run/state/documents.ts';
import { OpenRun } from '../src/run/state/open-run.ts';
import { DEFAULT_OPTIONS } from '../src/run/state/options.ts';
import { RunDocuments } from '../src/run/state/run-documents.ts';
import { createPolicy } from '../src/search/policies.ts';
import { openSqlite } from '../src/store/sqlite.ts';

const SIZES = (process.argv[2] ?? '400,800,1600,3200').split(',').map(Number);
const root = { sha: 'f'.repeat(40), tree: 'e'.repeat(40) };
const tasks = Array.from({ length: 120 }, (_, i) => `task-${i}`);
const key = { repository: 'octo/agent', run: 'r1' };
const at = '2026-11-29T12:00:00.000Z';
const shaOf = (variant: number) => variant.toString(16).padStart(40, '0');

/** A run of so many variants, each measured on three tasks, in the middle of the search. */
function* events(variants: number): Generator<ArchiveEvent> {
  const paid = { costUSD: 0.01, seconds: 3 };
  let decisions = 0;
  const random = createRng(1);
  yield {
    ...{ type: 'run.started', run: key.run, seed: 1, policy: createPolicy('huxley').spec, budget: 1e9 },
    ...{ expansionCost: 2, concurrency: 8, batch: 4, costUSD: null, suite: { name: 's', digest: 'd' } },
    ...{ tasks, heldOut: ['held-out'], root, confidence: 0.95, rules: 1, prefer: 'balance' },
  } as ArchiveEvent;
  for (let v = 1; v <= variants; v++) {
    const variant: VariantId = `v${v}`;
    const parent: VariantId = `v${random.below(v)}`;
    const [made, measured] = [`r1-d${decisions}`, `r1-d${decisions + 1}`];
    const reason = { text: `${parent} has the highest promise`, candidates: [], numbers: {} };
    const expand = { type: 'expand', variant, parent, operator: 'mutation', tasks: ['task-1'], reason } as const;
    yield { type: 'decision.made', n: decisions, decision: expand };
    yield { type: 'expansion.ordered', job: made, decision: decisions++, variant, parent, operator: 'mutation' };
    yield { type: 'expansion.made', job: made, variant, sha: shaOf(v), tree: shaOf(v), summary: 'A change', ...paid };
    const three = tasks.slice(0, 3);
    const evaluate = { type: 'evaluate', variant, tasks: three, phase: 'search', reason } as const;
    yield { type: 'decision.made', n: decisions, decision: evaluate };
    yield { type: 'evaluation.ordered', job: measured, decision: decisions++, variant, tasks: three, split: 'search' };
    for (const task of three) {
      const outcome = random.next() < 0.5 ? 'resolved' : 'unresolved';
      yield { type: 'evaluation.done', job: measured, variant, task, split: 'search', outcome, ...paid };
    }
  }
}

/** GitHub as a turn needs it, answering at once. */
function memoryForge(variants: number): Forge {
  const pulls: PullRequest[] = [];
  let ids = 1_000_000;
  const own = {
    own: true,
    author: 'huxley[bot]',
    title: 'A variant',
    fork: false,
    base: 'main',
    merged: false,
    draft: true,
    mergeSha: null,
  };
  const known: Partial<Forge> = {
    repository: key.repository,
    appId: 1,
    appLogin: 'huxley[bot]',
    frugal: false,
    facts: async () => ({ id: 1, name: key.repository, defaultBranch: 'main' }),
    branch: async () => root.sha,
    contains: async () => true,
    branches: async () => new Map(),
    readFile: async () => null,
    openPull: async ({ head }) => {
      const variant = Number(/v(\d+)$/.exec(head)![1]);
      const pull = { ...own, number: variant, head, headSha: shaOf(variant), open: true };
      pulls[variant] = pull;
      return pull;
    },
    findPull: async () => null,
    pull: async (number) => pulls[number]!,
    pulls: async () => pulls.filter(Boolean),
    editPull: async (number, { open }) => {
      if (open !== undefined) pulls[number] = { ...pulls[number]!, open };
    },
    comment: async () => ++ids,
    comments: async () => [],
    editComment: async () => true,
    writeCheck: async () => ++ids,
    checks: async () => [],
    dispatch: async () => ++ids,
    workflowRun: async () => null,
    dispatchedRuns: async () => [],
    deleteBranch: async () => {},
    runUrl: (run) => `https://github.com/octo/agent/actions/runs/${run}`,
  };
  return new Proxy(known as Forge, {
    get(forge, name: keyof Forge) {
      if (name in forge) return forge[name];
      throw new Error(`a turn of ${variants} variants asked for ${name}, which this bench does not answer`);
    },
  });
}

interface Figures {
  readonly seconds: number;
  readonly blockedMs: number;
}

const table = new Map<string, Figures[]>();

async function measured<T>(part: string, act: () => Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.enable();
  const begun = performance.now();
  const result = await act();
  const seconds = (performance.now() - begun) / 1_000;
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  const figures = { seconds, blockedMs: delay.max / 1e6 };
  table.set(part, [...(table.get(part) ?? []), figures]);
  return result;
}

const { privateKey } = (await import('node:crypto')).generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
for (const variants of SIZES) {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-turns-'));
  await using store = await openSqlite(join(folder, 'journal.sqlite'));
  const forge = memoryForge(variants);
  const options = { ...DEFAULT_OPTIONS, preflight: false, bodySeconds: 0, refreshSeconds: 0 };
  const services = { store, clock: systemClock, options, log: pino({ level: 'silent' }), signer: orderSigner(pem) };
  const documents = new RunDocuments(store, key);
  await store.restore(
    key,
    [...events(variants)].map((event, i) => ({ seq: i + 1, at, event })),
  );
  const configuration = configurationSchema.parse({
    ...{ version: 1, agent: { solve: 'node agent.ts', check: 'node --test' }, benchmark: { suite: 'tasks' } },
    app: { publicKeys: [services.signer.publicKey] },
  });
  const startedAt = new Date().toISOString();
  await documents.write(DOCUMENTS.spec, {
    ...{ issue: 1, configuration, defaultBranch: 'main', startedBy: 'ada', startedAt, suiteDigest: 'd' },
  });
  for (let v = 1; v <= variants; v++)
    await documents.write(DOCUMENTS.making.of(`v${v}`), {
      ...{ sha: shaOf(v), tree: shaOf(v), title: 'A change', diagnosis: { summary: 's', proposal: 'p' }, files: 1 },
      ...{ added: 3, removed: 1, tasks: ['task-1'], donor: null, checkPassed: true },
    });
  await documents.write(DOCUMENTS.published, variants * 8 + 1);
  const run = await measured('opening the run', () => OpenRun.open(key, forge, services));
  const quiet = { workflowRuns: new Set<number>(), pulls: false };
  // Paused, so that a turn decides nothing: deciding has a bench of its own.
  await run.record({ type: 'run.paused', by: 'ada' });
  await measured('opening all pull requests', () => tick(run, quiet));
  await measured('a turn with nothing new', () => tick(run, quiet));
  await measured('observing all pull requests', () => tick(run, { ...quiet, pulls: true }));
  for (let v = 1; v <= variants; v++) {
    const left = (await documents.read(DOCUMENTS.body.of(`v${v}`)))!;
    await documents.write(DOCUMENTS.body.of(`v${v}`), { ...left, key: '' });
  }
  await measured('writing all bodies again', () => tick(run, quiet));
  await run.record({ type: 'run.ended', outcome: 'nothing', shipped: 'v0', reason: 'Stopped.' });
  await measured('the last turn', () => tick(run, quiet));
  console.error(`${variants} variants done`);
  rmSync(folder, { recursive: true, force: true });
}

const cells = (figures: readonly Figures[]) =>
  figures.map(({ seconds, blockedMs }) => `${seconds.toFixed(2)} s (${blockedMs.toFixed(0)} ms)`.padStart(18)).join('');
console.log(`${'part of a turn'.padEnd(30)}${SIZES.map((size) => `${size}`.padStart(18)).join('')}   exponent`);
for (const [part, figures] of table) {
  const growth = Math.log(figures.at(-1)!.seconds / figures[0]!.seconds) / Math.log(SIZES.at(-1)! / SIZES[0]!);
  console.log(`${part.padEnd(30)}${cells(figures)}   ${growth.toFixed(2)}`);
}
