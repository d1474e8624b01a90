import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createRepository } from './child-repository.ts';

test('of two expansions that are given one folder, one makes it and the other is refused', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'huxley-child-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const files = [{ path: 'agent.ts', content: Buffer.from('loop();\n'), executable: false }];
  const folder = join(parent, 'reports', 'out');
  const made = await Promise.allSettled([createRepository(folder, files), createRepository(folder, files)]);
  expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(made.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'expand.out' } });
});
