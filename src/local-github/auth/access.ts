import { badCredentials, forbidden, notFound } from '../http/failure.ts';
import type { App, Installation, Level, Permissions, Repository, Role } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { Actor } from './actor.ts';

const LEVELS: readonly Level[] = ['read', 'write', 'admin'];
const ROLES: readonly Role[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

export type Permission = `${string}:${Level}`;

/**
 * What an operation asks for. A permission is asked of an installation's token; alternatives are separated by `|`. A
 * user's token is measured by role: the permission's level, unless `role` says otherwise.
 */
export type Access =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'app' }
  | { readonly kind: 'permission'; readonly any: readonly Permission[]; readonly role: Role };

export function parseAccess(text: string, role?: Role): Access {
  if (text === 'anyone' || text === 'signed-in' || text === 'app') return { kind: text };
  const any = text.split('|') as Permission[];
  return { kind: 'permission', any, role: role ?? (any[0]!.split(':')[1] as Level) };
}

/** The role of an account in a repository: owner and collaborators as recorded, everyone else reads what is public. */
export function roleOf(store: Store, repo: Repository, user: number | null): Role {
  if (user === repo.owner) return 'admin';
  const collaborator = user === null ? undefined : store.collaborators.find({ repo: repo.id, user });
  return collaborator?.role ?? (repo.private ? 'none' : 'read');
}

export const atLeast = (role: Role, wanted: Role) => ROLES.indexOf(role) >= ROLES.indexOf(wanted);

export function holds(actor: { readonly permissions: Permissions }, permission: Permission): boolean {
  const [name, level] = permission.split(':') as [string, Level];
  const held = name === 'metadata' ? 'read' : actor.permissions[name];
  return held !== undefined && LEVELS.indexOf(held) >= LEVELS.indexOf(level);
}

/** Whether an installation token's reach includes the repository. */
export function reaches(actor: Actor & { type: 'installation' }, repo: Repository): boolean {
  if (actor.installation.account !== repo.owner) return false;
  return [actor.repositories, actor.installation.repositories].every((list) => list === null || list.includes(repo.id));
}

/** Whether the App that a person signed in through is installed where the repository is; true for whoever signed in through none. */
function appReaches(store: Store, { app }: Actor & { type: 'user' }, repo: Repository): boolean {
  return app === undefined || installationOn(store, app, repo) !== undefined;
}

function installationOn(store: Store, app: App, repo: Repository): Installation | undefined {
  const found = store.installations.find({ app: app.id, account: repo.owner });
  const reached = found?.repositories?.includes(repo.id) ?? true;
  return found !== undefined && !found.suspended && reached ? found : undefined;
}

/** Whether the actor may know that the repository exists. */
export function sees(store: Store, actor: Actor, repo: Repository): boolean {
  if (!repo.private) return true;
  if (actor.type === 'installation') return reaches(actor, repo);
  return actor.type === 'user' && atLeast(roleOf(store, repo, actor.user.id), 'read') && appReaches(store, actor, repo);
}

export function mayWith(
  store: Store,
  actor: Actor,
  repo: Repository,
  access: Access & { kind: 'permission' },
): boolean {
  if (actor.type === 'installation') {
    const readsPublic = !repo.private && access.any.some((permission) => permission.endsWith(':read'));
    return (reaches(actor, repo) && access.any.some((permission) => holds(actor, permission))) || readsPublic;
  }
  if (actor.type === 'user') {
    if (!atLeast(roleOf(store, repo, actor.user.id), access.role)) return false;
    if (actor.app === undefined) return true;
    if (!repo.private && access.any.some((permission) => permission.endsWith(':read'))) return true;
    const held = installationOn(store, actor.app, repo)?.permissions;
    return held !== undefined && access.any.some((permission) => holds({ permissions: held }, permission));
  }
  return actor.type === 'anonymous' && !repo.private && access.any.some((permission) => permission.endsWith(':read'));
}

/** Throws GitHub's refusal where the actor may not do what `access` stands for. */
export function authorize(store: Store, actor: Actor, access: Access, repo: Repository | undefined): void {
  switch (access.kind) {
    case 'anyone':
      return;
    case 'app':
      if (actor.type !== 'app') throw badCredentials('A JSON web token could not be decoded');
      return;
    case 'signed-in':
      if (actor.type === 'anonymous') throw badCredentials('Requires authentication');
      return;
    case 'permission': {
      if (repo === undefined || !sees(store, actor, repo)) throw notFound();
      if (mayWith(store, actor, repo, access)) return;
      if (actor.type === 'anonymous') throw badCredentials('Requires authentication');
      if (actor.type === 'user') throw forbidden(`Must have ${access.role} access to the repository.`);
      throw forbidden();
    }
  }
}
