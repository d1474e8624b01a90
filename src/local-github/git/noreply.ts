import type { User } from '../store/rows.ts';
import type { Identity } from './commit.ts';

/** The identity GitHub gives commits that an account makes over its API. */
export function noreply(user: User, date: string): Identity {
  return {
    name: user.name ?? user.login,
    email: user.email ?? `${user.id}+${user.login}@users.noreply.github.com`,
    date,
  };
}
