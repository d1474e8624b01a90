import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

const folder = mkdtempSync('/tmp/huxley-identities-');
let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => {
  postgres[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const run = (repository: string) => ({ repository, run: 'r1' });
const write = async (store: Store, repository: string) => {
  await store.append(run(repository), 0, [{ type: 'run.paused', by: repository }]);
  await store.writeDocument(run(repository), 'note', repository);
};

describe.each(['sqlite', 'postgres'])('%s', (name) => {
  const check = (title: string, body: (store: Store) => Promise<void>) =>
    test(title, async ({ skip }) => {
      if (name === 'postgres' && postgres.url === null) return skip(postgres.reason);
      await using store =
        name === 'sqlite' ? await openSqlite(join(folder, 'x.sqlite')) : await openPostgres(postgres.url!);
      await body(store);
    });

  check('a repository that is renamed keeps what it has, under its new name', async (store) => {
    await store.identify(1, 'a/old');
    await write(store, 'a/old');
    await store.identify(1, 'a/new');
    expect(await store.nameOf(1)).toBe('a/new');
    expect(await store.read(run('a/new'))).toMatchObject([{ event: { by: 'a/old' } }]);
    expect(await store.readDocument(run('a/new'), 'note')).toBe('a/old');
    expect([...(await store.readDocuments(run('a/new'), 'no'))]).toEqual([['note', 'a/old']]);
    expect(await store.runs('a/new')).toEqual([run('a/new')]);
    await store.append(run('a/new'), 1, [{ type: 'run.resumed', by: 'x' }]);
    await store.writeDocument(run('a/new'), 'note', undefined);
    expect(await store.readDocument(run('a/new'), 'note')).toBeUndefined();
    await store.identify(1, 'z/moved');
    await store.identify(1, 'a/new');
    expect(await store.read(run('a/new'))).toHaveLength(2);
  });

  check('another repository that takes the old name has nothing of it, and each keeps its own', async (store) => {
    await store.identify(11, 'b/name');
    await write(store, 'b/name');
    // The new owner of the name is heard of first.
    await store.identify(12, 'b/name');
    expect(await store.read(run('b/name'))).toEqual([]);
    await write(store, 'b/name');
    await store.identify(11, 'b/elsewhere');
    expect(await store.read(run('b/elsewhere'))).toHaveLength(1);
    expect((await store.runs('b/elsewhere')).length + (await store.runs('b/name')).length).toBe(2);
    await store.append(run('b/elsewhere'), 1, [{ type: 'run.resumed', by: 'first' }]);
    expect(await store.read(run('b/name'))).toHaveLength(1);
  });

  check('two repositories swap their names', async (store) => {
    for (const [id, repository] of [
      [21, 'c/one'],
      [22, 'c/two'],
    ] as const) {
      await store.identify(id, repository);
      await write(store, repository);
    }
    await store.identify(21, 'c/two');
    await store.identify(22, 'c/one');
    expect(await store.readDocument(run('c/two'), 'note')).toBe('c/one');
    expect(await store.readDocument(run('c/one'), 'note')).toBe('c/two');
  });

  check('runs from before repositories had numbers are found, renamed meanwhile or not', async (store) => {
    await write(store, 'd/same');
    await store.identify(31, 'd/same');
    expect(await store.read(run('d/same'))).toHaveLength(1);
    await write(store, 'd/before');
    await store.writeDocument({ repository: 'd/before', run: '-' }, 'comments-since', 1);
    await store.identify(32, 'd/after');
    await store.writeDocument({ repository: 'd/after', run: '-' }, 'comments-since', 2);
    await store.identify(32, 'd/after', 'd/before');
    expect(await store.read(run('d/after'))).toHaveLength(1);
    expect(await store.readDocument(run('d/after'), 'note')).toBe('d/before');
    expect(await store.runs('d/after')).toEqual([run('d/after')]);
  });

  check('a name that is not used any more leads to where its repository is, until another has it', async (store) => {
    await store.identify(51, 'f/one');
    await write(store, 'f/one');
    for (const name of ['f/two', 'f/three']) await store.identify(51, name);
    for (const name of ['f/one', 'f/two', 'f/three']) {
      expect(await store.locate(name)).toEqual({ name: 'f/three', home: 'f/one' });
      expect(await store.readDocument(run(name), 'note')).toBe('f/one');
    }
    await store.identify(52, 'f/two');
    expect(await store.locate('f/two')).toEqual({ name: 'f/two', home: 'f/two' });
    expect(await store.read(run('f/two'))).toEqual([]);
    expect(await store.locate('f/nobody')).toEqual({ name: 'f/nobody', home: 'f/nobody' });
  });

  check('identified again and again, by many at once, it stays the same', async (store) => {
    await Promise.all(Array.from({ length: 10 }, () => store.identify(41, 'e/one')));
    await write(store, 'e/one');
    await Promise.all(Array.from({ length: 10 }, () => store.identify(41, 'e/two')));
    expect(await store.read(run('e/two'))).toHaveLength(1);
  });
});
