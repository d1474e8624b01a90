import { actorName } from '../auth/actor.ts';
import { operation } from '../http/operation.ts';
import { json } from '../http/reply.ts';

export const META = [
  operation('GET /rate_limit', { access: 'anyone' }, ({ hub, actor }) => {
    const core = hub.limits.state(actorName(actor));
    return json({ resources: { core, search: core, graphql: core, integration_manifest: core }, rate: core });
  }),

  operation('GET /meta', { access: 'anyone' }, () =>
    json({ verifiable_password_authentication: false, installed_version: '3.99.0' }),
  ),

  operation('GET /zen', { access: 'anyone' }, () => ({ status: 200, body: 'Practicality beats purity.' })),
];
