import { DatabaseSync } from 'node:sqlite';
import type { SigningKey } from '../git/signing.ts';
import type * as rows from './rows.ts';
import { type Keys, type Row, Table } from './table.ts';

export type Store = ReturnType<typeof openStore>;

/** Opens (or makes) the state of one local GitHub. Everything but git's objects and refs is in this one file. */
export function openStore(path: string) {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
  const tables = new Map<string, unknown>();
  const table = <T extends Row>(name: string, keys: Keys<T>): Table<T> => {
    const found = (tables.get(name) as Table<T> | undefined) ?? new Table<T>(db, name, keys);
    tables.set(name, found);
    return found;
  };
  return {
    /** A table of another part's own, made when missing. */
    table,
    users: table<rows.User>('users', { keys: ['login'], nocase: ['login'], unique: [['login']] }),
    tokens: table<rows.Token>('tokens', { keys: ['digest', 'installation', 'user'], unique: [['digest']] }),
    apps: table<rows.App>('apps', { keys: ['slug', 'clientId', 'bot'], unique: [['slug']] }),
    installations: table<rows.Installation>('installations', {
      keys: ['app', 'account'],
      unique: [['app', 'account']],
    }),
    repositories: table<rows.Repository>('repositories', {
      keys: ['owner', 'name'],
      nocase: ['name'],
      unique: [['owner', 'name']],
    }),
    /** Names that lead to a repository which is called otherwise now. */
    formerNames: table<rows.FormerName>('former_names', {
      keys: ['owner', 'name'],
      nocase: ['name'],
      unique: [['owner', 'name']],
    }),
    collaborators: table<rows.Collaborator>('collaborators', { keys: ['repo', 'user'], unique: [['repo', 'user']] }),
    issues: table<rows.Issue>('issues', {
      keys: ['repo', 'number', 'isPull', 'state', 'user', 'createdAt', 'updatedAt'],
      unique: [['repo', 'number']],
    }),
    pulls: table<rows.Pull>('pulls', {
      keys: ['issue', 'repo', 'number', 'headRef', 'headSha', 'baseRef', 'open'],
      unique: [['repo', 'number']],
    }),
    comments: table<rows.Comment>('comments', { keys: ['repo', 'issue'] }),
    reviews: table<rows.Review>('reviews', { keys: ['pull'] }),
    reactions: table<rows.Reaction>('reactions', {
      keys: ['kind', 'subject', 'user', 'content'],
      unique: [['kind', 'subject', 'user', 'content']],
    }),
    labels: table<rows.Label>('labels', { keys: ['repo', 'name'], nocase: ['name'], unique: [['repo', 'name']] }),
    labellings: table<rows.Labelling>('labellings', { keys: ['issue'] }),
    checkSuites: table<rows.CheckSuite>('check_suites', { keys: ['repo', 'app', 'headSha'] }),
    checkRuns: table<rows.CheckRun>('check_runs', { keys: ['repo', 'suite', 'app', 'headSha', 'name', 'status'] }),
    deliveries: table<rows.Delivery>('deliveries', { keys: ['app', 'guid'], large: true }),
    protections: table<rows.Protection>('protections', { keys: ['repo', 'branch'], unique: [['repo', 'branch']] }),
    signingKeys: table<SigningKey>('signing_keys', { keys: [] }),
    close: () => db.close(),
  };
}
