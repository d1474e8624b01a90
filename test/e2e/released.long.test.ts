import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseExport } from '../../src/store/export.ts';
import { expectConsistent } from '../support/consistency.ts';
import { until, WORKFLOW, World } from '../support/world.ts';

const folder = join(import.meta.dirname, '../fixtures/0.1');
const exported = (name: string) => parseExport(readFileSync(join(folder, `${name}.jsonl`), 'utf8'), name).entries;
const restore = (name: string) => World.restore(join(folder, `${name}.tar.gz`));

test('a run that 0.1 left searching says what this version needs, orders again what was in flight, and goes on to its end', async () => {
  await using world = await restore('searching');
  const before = exported('searching');
  await world.startApp();
  await until(
    async () => ((await world.dashboard(1)).replaceAll('\\', '').includes(world.keyLine.trim()) ? true : undefined),
    'the line to add',
  );
  await world.put('.github/workflows/huxley.yml', WORKFLOW);
  await world.put('.github/huxley.yml', `${world.git(['show', 'main:.github/huxley.yml'])}\n${world.keyLine}`);
  const archive = await world.ended('r1');
  expect((await world.entries('r1')).slice(0, before.length)).toEqual(before);
  expect(archive.outcome).not.toBeNull();
  await expectConsistent(world, 'r1', archive);
}, 420_000);
