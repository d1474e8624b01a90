import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replay } from '../../src/archive/reduce.ts';
import { recoverRun } from '../../src/run/recover.ts';
import { parseExport } from '../../src/store/export.ts';
import { essence } from '../support/consistency.ts';
import { World } from '../support/world.ts';

const folder = join(import.meta.dirname, '../fixtures/0.1');
const exported = (name: string) => parseExport(readFileSync(join(folder, `${name}.jsonl`), 'utf8'), name).entries;
const restore = (name: string) => World.restore(join(folder, `${name}.tar.gz`));
const essenceOf = (entries: ReturnType<typeof exported>) => essence(replay(entries.map(({ event }) => event)));

describe.each(['merged', 'offered', 'searching'])('a run that 0.1 left %s', (name) => {
  test('recovers from GitHub alone as it was recorded', async () => {
    await using world = await restore(name);
    expect(await world.entries('r1')).toEqual(exported(name));
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${world.journalPath}${suffix}`, { force: true });
    const forge = await world.forge();
    const recovered = await world.withStore((store) => recoverRun(forge, store, 'r1'));
    expect(essenceOf(await world.entries('r1'))).toEqual(essenceOf(exported(name).slice(0, recovered.entries)));
    if (name !== 'searching') expect(recovered.entries).toBe(exported(name).length);
  });
});

test('a winner that 0.1 offered is merged when a person says so', async () => {
  await using world = await restore('offered');
  await world.startApp();
  const { outcome } = (await world.archive('r1'))!;
  const at = { owner: 'octo', repo: 'agent' };
  const { data } = await world.people.owner.rest.pulls.list({ ...at, state: 'open' });
  const [offered] = data.filter(({ base }) => base.ref === 'main');
  expect(offered?.head.ref).toBe(`huxley/r1/${outcome!.shipped}`);
  expect(offered?.draft).toBe(false);
  expect((await world.people.owner.rest.pulls.merge({ ...at, pull_number: offered!.number })).data.merged).toBe(true);
});
