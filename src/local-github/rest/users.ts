import { forbidden, notFound } from '../http/failure.ts';
import { operation } from '../http/operation.ts';
import { json } from '../http/reply.ts';
import { userOf } from '../present/user.ts';
import type { ServerContext } from '../server-context.ts';
import type { User } from '../store/rows.ts';

function profileOf(hub: ServerContext, user: User) {
  return {
    ...userOf(hub, user),
    name: user.name,
    company: null,
    blog: null,
    location: null,
    email: user.email,
    hireable: null,
    bio: null,
    public_repos: hub.store.repositories.count({ owner: user.id }),
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: user.createdAt,
    updated_at: user.createdAt,
  };
}

export const USERS = [
  operation('GET /user', { access: 'signed-in' }, ({ hub, actor }) => {
    if (actor.type !== 'user') throw forbidden();
    return json(profileOf(hub, actor.user));
  }),

  operation('GET /users/{username}', { access: 'anyone' }, ({ hub, store, params }) => {
    const user = store.users.find({ login: params.username! });
    if (user === undefined) throw notFound();
    return json(profileOf(hub, user));
  }),
];
