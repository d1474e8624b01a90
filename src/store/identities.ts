import type { SqlQuery } from './sql.ts';
import type { Located } from './store.ts';

/** SQL for a repository that goes by a name, or went by it where no other has it now. */
const named = (column: string): string =>
  `(SELECT ${column} FROM repositories WHERE name = $1), (SELECT ${column} FROM repositories WHERE id = (SELECT id FROM former_names WHERE name = $1)), $1`;
/** SQL for what a repository's rows stand under, from its name. */
export const HOME = `coalesce(${named('home')})`;

/** Notes what a repository is called, as `Identities` says; to be called alone. */
export async function identify(query: SqlQuery, id: number, name: string, former?: string): Promise<void> {
  const [known] = await query('SELECT name, home FROM repositories WHERE id = $1', id);
  if (known?.name === name && former === undefined) return;
  // Whoever had the name has another by now; until that is known it goes by its number.
  await query('UPDATE repositories SET name = $1 WHERE name = $2 AND id <> $3', await strayName(query, name), name, id);
  await query('DELETE FROM former_names WHERE name = $1', name);
  for (const old of [known?.name, former])
    if (old !== undefined && old !== name)
      await query(
        'INSERT INTO former_names (name, id) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET id = excluded.id',
        String(old),
        id,
      );
  if (known === undefined) {
    const [taken] = await query('SELECT id FROM repositories WHERE home = $1', former ?? name);
    const home = taken === undefined ? (former ?? name) : `${name}#${id}`;
    await query('INSERT INTO repositories (id, name, home) VALUES ($1, $2, $3)', id, name, home);
  } else {
    await query('UPDATE repositories SET name = $1 WHERE id = $2', name, id);
    if (former !== undefined) await moveIn(query, former, String(known.home));
  }
}

export async function locate(query: SqlQuery, repository: string): Promise<Located> {
  const [row] = await query(`SELECT coalesce(${named('name')}) AS name, ${HOME} AS home`, repository);
  return { name: String(row!.name), home: String(row!.home) };
}

async function strayName(query: SqlQuery, name: string): Promise<string> {
  const [other] = await query('SELECT id FROM repositories WHERE name = $1', name);
  return `${name}#${other?.id ?? ''}`;
}

/** Rows that stand under a name nobody's are, from before repositories were told by number, go where their repository's are. */
async function moveIn(query: SqlQuery, former: string, home: string): Promise<void> {
  const [taken] = await query('SELECT id FROM repositories WHERE home = $1', former);
  if (taken !== undefined) return;
  const others = 'run NOT IN (SELECT run FROM journal WHERE repository = $1)';
  await query(
    `UPDATE documents SET repository = $1 WHERE repository = $2 AND ${others} AND NOT EXISTS (
       SELECT 1 FROM documents AS own WHERE own.repository = $1 AND own.run = documents.run AND own.name = documents.name)`,
    home,
    former,
  );
  await query(`UPDATE journal SET repository = $1 WHERE repository = $2 AND ${others}`, home, former);
}
