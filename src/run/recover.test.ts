import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepRun, specOf, startedRun } from '../../test/support/kept-run.ts';
import type { Forge } from '../github/forge.ts';
import { evidenceText } from '../report/evidence.ts';
import { openSqlite } from '../store/sqlite.ts';
import { recoverRun } from './recover.ts';
import { specText } from './state/spec-text.ts';
import { commitMessage } from './state/trailers.ts';

const KEY = { repository: 'octo/agent', run: 'r41' };
const made = (run: string, variant: `v${number}`) =>
  commitMessage('A change', '', {
    run,
    variant,
    parent: 'v0',
    operator: 'mutation',
    job: 'x1',
    tasks: [],
    donor: null,
  });

/** GitHub with a run that has only started, and other branches below its name. */
function gitHub(): { forge: Forge; deleted: string[] } {
  const messages: Record<string, string> = {
    'huxley/r41/v0': 'The root',
    'huxley/r41/v1': made('r41', 'v1'),
    'huxley/r41/v2': made('r40', 'v2'),
    'huxley/r41/v3': "A person's",
    'huxley/r41/notes': made('r41', 'v1'),
  };
  const deleted: string[] = [];
  const [at, event] = ['2026-11-30T12:00:00.000Z', startedRun('r41')];
  const check = {
    id: 1,
    externalId: 'r41:1-1',
    summary: specText(specOf()),
    text: evidenceText([{ seq: 1, at, event }]),
  };
  const forge = {
    repository: KEY.repository,
    appLogin: 'huxley[bot]',
    branches: async () => new Map(Object.keys(messages).map((name) => [name, name])),
    pulls: async () => [],
    commit: async (sha: string) => ({ sha, tree: sha, parents: [], message: messages[sha]! }),
    checks: async (sha: string) => (sha === 'huxley/r41/v0' ? [check] : []),
    deleteBranch: async (name: string) => void deleted.push(name),
    facts: async () => ({ defaultBranch: 'main' }),
    dispatchedRuns: async () => [],
  };
  return { forge: forge as unknown as Forge, deleted };
}

test('recovery deletes no branch but those of variants it made, and touches nothing where there is a journal', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-recover-'));
  try {
    const { forge, deleted } = gitHub();
    await using known = await openSqlite(join(folder, 'known.sqlite'));
    await keepRun(known, KEY);
    await known.writeDocument(KEY, 'published', 'damaged');
    await expect(recoverRun(forge, known, 'r41')).rejects.toMatchObject({ code: 'journal.conflict' });
    expect(await known.readDocument(KEY, 'published')).toBe('damaged');
    expect(deleted).toEqual([]);
    await using empty = await openSqlite(join(folder, 'empty.sqlite'));
    expect(await recoverRun(forge, empty, 'r41')).toEqual({ run: 'r41', entries: 1, orphans: ['huxley/r41/v1'] });
    expect(deleted).toEqual(['huxley/r41/v1']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
