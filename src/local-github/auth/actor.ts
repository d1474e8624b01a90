import type { App, Installation, Permissions, User } from '../store/rows.ts';

/** Who a request comes from. `user` is the account that changes are attributed to. */
export type Actor =
  | { readonly type: 'anonymous' }
  /** `app`: the person signed in through it, and reaches only what both do. */
  | { readonly type: 'user'; readonly user: User; readonly app?: App }
  | { readonly type: 'app'; readonly app: App; readonly user: User }
  | {
      readonly type: 'installation';
      readonly app: App;
      readonly installation: Installation;
      readonly user: User;
      readonly permissions: Permissions;
      /** Repositories in reach; `null` for every one of the account. */
      readonly repositories: readonly number[] | null;
    };

/** A name for log lines and for counting requests. */
export function actorName(actor: Actor): string {
  switch (actor.type) {
    case 'anonymous':
      return 'anonymous';
    case 'user':
      return actor.user.login;
    case 'app':
      return `app ${actor.app.slug}`;
    case 'installation':
      return `installation ${actor.installation.id} of ${actor.app.slug}`;
  }
}

/** The App behind a change, where there is one. */
export function appOf(actor: Actor): App | null {
  return actor.type === 'anonymous' ? null : (actor.app ?? null);
}

/** GitHub's own App, in whose name workflows act. */
export const ACTIONS_SLUG = 'github-actions';

/** Whether a request comes with a job's `GITHUB_TOKEN`. */
export const isJob = (actor: Actor): boolean => actor.type === 'installation' && actor.app.slug === ACTIONS_SLUG;
