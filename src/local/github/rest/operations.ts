import type { Operation } from '../http/operation.ts';
import { APPS } from './apps.ts';
import { REPOSITORIES } from './repositories.ts';

/** Every REST operation served, by OpenAPI path. */
export const OPERATIONS: readonly Operation[] = [...APPS, ...REPOSITORIES];
