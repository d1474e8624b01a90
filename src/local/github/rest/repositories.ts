import { operation } from '../http/operation.ts';
import { json } from '../http/reply.ts';
import { fullRepositoryOf } from '../present/repository.ts';

export const REPOSITORIES = [
  operation('GET /repos/{owner}/{repo}', { access: 'metadata:read' }, ({ hub, repo }) =>
    json(fullRepositoryOf(hub, repo)),
  ),
];
