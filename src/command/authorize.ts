/** A collaborator's permission as `GET /repos/{owner}/{repo}/collaborators/{user}/permission` gives it. */
export type Permission = 'admin' | 'write' | 'read' | 'none';

export interface Author {
  readonly login: string;
  readonly isBot: boolean;
  readonly permission: Permission;
}

export type Authority =
  | { readonly kind: 'granted' }
  /** Not answered at all: bots answering bots never end. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'denied'; readonly message: string };

/** Whether an author may give commands: write access, and being a person. `author_association` plays no part. */
export function authorize(author: Author): Authority {
  if (author.isBot) return { kind: 'ignored' };
  if (author.permission === 'admin' || author.permission === 'write') return { kind: 'granted' };
  return {
    kind: 'denied',
    message:
      'Commands need write access to this repository, because they spend its budget and open pull requests in its name. ' +
      'A maintainer can grant it, or give the command for you.',
  };
}
