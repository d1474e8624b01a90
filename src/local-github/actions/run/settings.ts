import { timestamp } from '../../server-context.ts';
import type { Repository } from '../../store/rows.ts';
import type { Actions } from '../actions.ts';
import type { EnvironmentRow, RunRow, SettingRow } from '../rows.ts';
import { matches } from '../workflow/glob.ts';

/** The environment of that name; made when missing, as GitHub does for a job that names a new one. */
export function environmentNamed({ hub, tables }: Actions, repo: Repository, name: string): EnvironmentRow {
  const found = tables.environments.find({ repo: repo.id, name });
  const now = timestamp(hub);
  return (
    found ??
    tables.environments.insert({
      repo: repo.id,
      name,
      protectedBranches: false,
      branches: null,
      createdAt: now,
      updatedAt: now,
    })
  );
}

/** Whether a run may use an environment: by its branch. A pull request's merge ref is no branch of a rule. */
export function mayDeploy({ hub }: Actions, environment: EnvironmentRow, run: RunRow): boolean {
  const branch = /^refs\/heads\/(.+)$/.exec(run.ref)?.[1];
  if (environment.protectedBranches)
    return branch !== undefined && hub.store.protections.count({ repo: run.repo, branch }) > 0;
  if (environment.branches === null) return true;
  return (
    branch !== undefined &&
    matches(
      branch,
      environment.branches.map(({ name }) => name),
    )
  );
}

/** Secrets or variables a job sees: the repository's, and its environment's over them. */
export function settingsOf(
  { tables }: Actions,
  kind: SettingRow['kind'],
  repo: Repository,
  environment: EnvironmentRow | null,
): Record<string, string> {
  const of = (scope: number) =>
    Object.fromEntries(
      tables.settings
        .list({ repo: repo.id, environment: scope, kind })
        .map(({ name, value }) => [name.toUpperCase(), value]),
    );
  return { ...of(0), ...(environment ? of(environment.id) : {}) };
}

/** Sets a secret or variable of a repository, or of one of its environments. */
export function setSetting(
  actions: Actions,
  kind: SettingRow['kind'],
  repo: Repository,
  name: string,
  value: string,
  environment?: string,
): void {
  const { hub, tables } = actions;
  const scope = environment === undefined ? 0 : environmentNamed(actions, repo, environment).id;
  const found = tables.settings.find({ repo: repo.id, environment: scope, kind, name });
  const now = timestamp(hub);
  if (found) tables.settings.update(found.id, { value, updatedAt: now });
  else tables.settings.insert({ repo: repo.id, environment: scope, kind, name, value, createdAt: now, updatedAt: now });
}
