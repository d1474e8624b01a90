import { z } from 'zod';
import { roleOf } from '../auth/access.ts';
import { notFound } from '../http/failure.ts';
import { type Context, operation } from '../http/operation.ts';
import { paginateAll } from '../http/page.ts';
import { json, noContent } from '../http/reply.ts';
import { userOf } from '../present/user.ts';
import type { Role, User } from '../store/rows.ts';

const PATH = '/repos/{owner}/{repo}/collaborators';
const ADMIN = { access: 'administration:write', role: 'admin' } as const;
const ROLE_OF = { pull: 'read', triage: 'triage', push: 'write', maintain: 'maintain', admin: 'admin' } as const;
/** The older word for each role: what `permission` says where `role_name` says it exactly. */
const LEGACY: Readonly<Record<Role, string>> = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
};

function accountAt({ store, params }: Context<unknown>): User {
  const user = store.users.find({ login: params.username! });
  if (user === undefined) throw notFound();
  return user;
}

function collaboratorOf({ hub }: Context<unknown>, user: User, role: Role) {
  const order: Role[] = ['read', 'triage', 'write', 'maintain', 'admin'];
  const has = (wanted: Role) => order.indexOf(role) >= order.indexOf(wanted);
  const permissions = {
    pull: has('read'),
    triage: has('triage'),
    push: has('write'),
    maintain: has('maintain'),
    admin: has('admin'),
  };
  return { ...userOf(hub, user), permissions, role_name: role };
}

export const COLLABORATORS = [
  operation(`GET ${PATH}`, { access: 'metadata:read', role: 'write' }, (context) => {
    const { store, repo } = context;
    const people = [
      { user: repo.owner, role: 'admin' as Role },
      ...store.collaborators.list({ repo: repo.id }).filter(({ user }) => user !== repo.owner),
    ];
    return paginateAll(context, people, ({ user, role }) => collaboratorOf(context, store.users.get(user)!, role));
  }),

  operation(`GET ${PATH}/{username}`, { access: 'metadata:read', role: 'write' }, (context) => {
    const { store, repo } = context;
    const user = accountAt(context);
    if (user.id !== repo.owner && store.collaborators.find({ repo: repo.id, user: user.id }) === undefined)
      throw notFound();
    return noContent;
  }),

  operation(`GET ${PATH}/{username}/permission`, { access: 'metadata:read', role: 'write' }, (context) => {
    const user = accountAt(context);
    const role = roleOf(context.store, context.repo, user.id);
    return json({ permission: LEGACY[role], user: collaboratorOf(context, user, role), role_name: role });
  }),

  operation(
    `PUT ${PATH}/{username}`,
    { ...ADMIN, body: z.object({ permission: z.enum(['pull', 'triage', 'push', 'maintain', 'admin']).optional() }) },
    (context) => {
      const { store, repo, body } = context;
      const key = { repo: repo.id, user: accountAt(context).id };
      const role = ROLE_OF[body.permission ?? 'push'];
      const found = store.collaborators.find(key);
      if (found === undefined) store.collaborators.insert({ ...key, role });
      else store.collaborators.update(found.id, { role });
      return noContent;
    },
  ),

  operation(`DELETE ${PATH}/{username}`, ADMIN, (context) => {
    const found = context.store.collaborators.find({ repo: context.repo.id, user: accountAt(context).id });
    if (found !== undefined) context.store.collaborators.delete(found.id);
    return noContent;
  }),
];
