import { expect, test } from 'vitest';
import { configurationSchema } from '../src/config/schema.ts';
import { type IssuedOrder, orderSchema } from '../src/contract/contract.ts';
import type { Inputs, WorkflowRun } from '../src/github/forge.ts';
import { PutOff } from '../src/github/pace.ts';
import { digestOf } from '../src/order/seal.ts';
import { DOCUMENTS } from '../src/run/state/documents.ts';
import type { JobRecord } from '../src/run/state/job-record.ts';
import type { OpenRun } from '../src/run/state/open-run.ts';
import { bringAbout } from '../src/run/work/dispatch.ts';
import { WORKFLOW_PATH } from '../src/run/work/workflow.ts';

const configuration = configurationSchema.parse({
  ...{ version: 1, agent: { solve: 'x' }, benchmark: { suite: 'kata' }, limits: { taskMinutes: 10 } },
});
/** What one task may take: 600 seconds, 120 for its grading, and 600 besides. */
const LASTS = 1_320_000;
const BEGIN = Date.parse('2026-01-01T00:00:00Z');
const KEY = `ed25519:${'A'.repeat(43)}`;

/** A run with one job, whose writes wait as long as `pace` does before each dispatch. */
function scene(pace: () => number | PutOff, answer: () => number | null | Error = () => 7) {
  let [now, built] = [BEGIN, 0];
  const sent: { text: string; left: number }[] = [];
  const kept = new Map<string, unknown>();
  const listed: WorkflowRun[] = [];
  const order = (): IssuedOrder =>
    orderSchema.parse({
      ...{ v: 2, jobId: 'r1-d3', nonce: String(built++).padStart(32, '0'), repository: 41, app: 'huxley[bot]' },
      ...{ run: 'r1', variant: 'v0', suite: null, kind: 'evaluate', split: 'search', tasks: ['t'] },
      ...{ configuration: 'c'.repeat(40), sha: 'a'.repeat(40), tree: 'b'.repeat(40) },
      deadline: new Date(now + LASTS).toISOString(),
    });
  const run = {
    key: { repository: 'octo/agent', run: 'r1' },
    spec: { defaultBranch: 'main', configuration },
    options: { lookupSeconds: 120, backoffSeconds: [30] },
    clock: { now: () => new Date(now), monotonic: () => now },
    limits: { jobs: null },
    log: { info() {}, warn() {} },
    signer: { publicKey: KEY, seal: (text: string) => ({ order: text }) },
    documents: {
      read: async ({ name }: { name: string }) => kept.get(name),
      write: async ({ name }: { name: string }, value: unknown) => void kept.set(name, value),
    },
    forge: {
      appLogin: 'huxley[bot]',
      facts: async () => ({ id: 41, defaultBranch: 'main' }),
      readFile: async () => `app: { publicKeys: [${KEY}] }`,
      dispatchedRuns: async (_: string, since: string) => listed.filter(({ createdAt }) => createdAt >= since),
      async dispatch(_: string, __: string, inputs: Inputs | (() => Promise<Inputs>)) {
        const waited = pace();
        if (waited instanceof PutOff) throw waited;
        now += waited;
        const { order: text } = JSON.parse((typeof inputs === 'function' ? await inputs() : inputs).order!);
        sent.push({ text, left: Date.parse(JSON.parse(text).deadline) - now });
        const id = answer();
        if (id instanceof Error) throw id;
        return id;
      },
    },
  } as unknown as OpenRun;
  const waiting = (): JobRecord => {
    const built = order();
    return {
      state: 'waiting',
      attempt: 1,
      notBefore: '2026-01-01T00:00:00.000Z',
      order: built,
      text: JSON.stringify(built),
    };
  };
  return {
    sent,
    listed,
    waiting,
    record: () => kept.get(DOCUMENTS.job.of('r1-d3').name) as JobRecord,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    bring: (record: JobRecord) => bringAbout(run, record, async () => order()),
  };
}

/** The workflow run an order has started. */
const startedBy = (text: string, id: number): WorkflowRun =>
  ({
    ...{ id, title: `huxley r1-d3 ${digestOf(text)}`, event: 'workflow_dispatch', path: WORKFLOW_PATH, branch: 'main' },
    ...{ attempt: 1, actor: 'huxley[bot]', triggeringActor: 'huxley[bot]', createdAt: new Date(BEGIN).toISOString() },
  }) as WorkflowRun;

test('an order that has waited is sent with all of its time, however long the pace of writes held it back', async () => {
  const { sent, waiting, pass, bring, record } = scene(() => 3_600_000);
  const first = waiting();
  pass(7_200_000);
  expect(await bring(first)).toBe(true);
  expect(sent.map(({ left }) => left)).toEqual([LASTS]);
  expect(record()).toMatchObject({ state: 'running', workflowRun: 7, text: sent[0]!.text });
});

test('a dispatch whose answer was lost is found, and while a worker would take it sent again as it is', async () => {
  const answers: (number | Error)[] = [new Error('hang-up'), new Error('hang-up')];
  const paces: (number | PutOff)[] = [0, new PutOff('A command.'), 0];
  const { sent, listed, waiting, pass, bring, record } = scene(
    () => paces.shift()!,
    () => answers.shift()!,
  );
  await expect(bring(waiting())).rejects.toThrow('hang-up');
  pass(121_000);
  await expect(bring(record())).rejects.toThrow('A command.');
  expect(record()).toMatchObject({ state: 'dispatching', text: sent[0]!.text });
  await expect(bring(record())).rejects.toThrow('hang-up');
  expect(sent[1]!.text).toBe(sent[0]!.text);
  // What the first has started may be shown as late as this.
  listed.push(startedBy(sent[0]!.text, 9));
  pass(121_000);
  expect(await bring(record())).toBe(true);
  expect(record()).toMatchObject({ state: 'running', workflowRun: 9 });
});

test('one that was not found and has lost half its time is replaced', async () => {
  const answers = [new Error('hang-up'), 7];
  const { sent, waiting, pass, bring, record } = scene(
    () => 0,
    () => answers.shift()!,
  );
  await expect(bring(waiting())).rejects.toThrow('hang-up');
  pass(LASTS / 2);
  expect(await bring(record())).toBe(true);
  expect(sent.map(({ left }) => left)).toEqual([LASTS, LASTS]);
});
