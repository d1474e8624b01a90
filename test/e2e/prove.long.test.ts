import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readLedger } from '../../src/run/promotion/ledger.ts';
import { recoverRun } from '../../src/run/recover.ts';
import { startAcmeAgent } from '../support/acme-agent.ts';
import { expectConsistent } from '../support/consistency.ts';

test('with real containers: a run that ends unproven, evidence is bought, it passes; the next run is asked for more, and GitHub gives the ledger back', async (context) => {
  await using agent = await startAcmeAgent(context, '{ confidence: 0.8 }');
  const { world } = agent;
  const issue = await world.run('seed=1');
  const unproven = await world.ended('r1');
  // Two tasks fixed prove nothing: 1/4 is more than the .16 that a first comparison may spend of 20 %.
  expect(unproven.outcome).toMatchObject({ outcome: 'nothing', shipped: 'v1' });
  expect(unproven.gate).toMatchObject({ passed: false, fixed: 2, p: 0.25, evidence: { stopped: 'evaluations' } });
  expect(unproven.outcome!.reason).toContain('/huxley prove v1');
  const says = async (command: string) => world.reply(issue, await world.comment(issue, command));
  expect(await says('/huxley prove v9')).toContain('has no v9');
  expect(await says('/huxley prove v0')).toContain('cannot be proven against itself');

  const bought = await says('/huxley prove evaluations=8');
  expect(bought).toContain('v1 and the root are measured further, on up to 8 held-out evaluations');
  expect(bought).toContain('its comparison continues after 4 evaluations');
  const proven = await world.ended('r1');
  expect(proven.outcome).toMatchObject({ outcome: 'offered', shipped: 'v1' });
  // The same process: four of four pairs at the second look, at what the first had left and a little more.
  expect(proven.gate).toMatchObject({
    passed: true,
    n: 4,
    fixed: 4,
    evidence: { stopped: 'proof', rounds: 2, evaluations: 8 },
  });
  expect(proven.gate!.p).toBeCloseTo(1 / 16, 12);
  expect(proven.ignored).toEqual([]);
  await expectConsistent(world, 'r1', proven);
  const { pulls } = world.people.owner.rest;
  const at = { owner: 'octo', repo: 'agent' };
  const [pull] = (await pulls.list({ ...at, head: 'octo:huxley/r1/v1', state: 'all' })).data;
  expect(pull).toMatchObject({ state: 'open', base: { ref: 'main' } });
  expect(await says('/huxley prove')).toContain('has passed the gate: it needs no more evidence');

  // The next run on the same tasks.
  const second = await world.issue('Improve it again');
  const reply = await world.reply(second, await world.comment(second, '/huxley run seed=2 budget=2'));
  expect(reply).toContain('1 earlier comparison on these tasks, of which 1 passed, was granted 18 %');
  expect(reply).toContain('this one may spend 1 %');
  await world.ended(`r${second}`);
  await world.stopApp();

  // GitHub alone gives the ledger back.
  const before = await world.withStore((store) => readLedger(store, 'octo/agent'));
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${world.journalPath}${suffix}`, { force: true });
  const forge = await world.forge();
  for (const run of ['r1', `r${second}`]) await world.withStore((store) => recoverRun(forge, store, run));
  expect(await world.withStore((store) => readLedger(store, 'octo/agent'))).toEqual(before);
}, 400_000);
