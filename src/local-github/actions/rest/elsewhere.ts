import { type Operation, operation } from '../../http/operation.ts';
import type { Actions } from '../actions.ts';
import { listing } from './listing.ts';

/** What there is none of here: jobs run in this process, and accounts have no secrets of their own. */
export function elsewhereOperations(_: Actions): Operation[] {
  return [
    operation(
      'GET /repos/{owner}/{repo}/actions/runners',
      { access: 'administration:read', role: 'admin' },
      (context) => listing(context, 'runners', [], (none) => none),
    ),
    operation(
      'GET /repos/{owner}/{repo}/actions/organization-secrets',
      { access: 'secrets:read', role: 'write' },
      (context) => listing(context, 'secrets', [], (none) => none),
    ),
  ];
}
