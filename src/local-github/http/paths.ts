/** First segments that belong to the REST API; no account may be called so. */
const API_ROOTS = new Set([
  'api',
  'app',
  'app-manifests',
  'applications',
  'apps',
  'graphql',
  'installation',
  'meta',
  'orgs',
  'rate_limit',
  'repos',
  'repositories',
  'search',
  'user',
  'users',
  'zen',
]);

export const isReserved = (login: string) => API_ROOTS.has(login.toLowerCase());

/** A page under a segment of the API. */
const PAGE = /^\/apps\/[^/]+\/installations\/new$/;

export const isApiPath = (path: string) => API_ROOTS.has(path.split('/')[1] ?? '') && !PAGE.test(path);

/** The operation's path: clients of a server of one's own put `/api/v3` (GraphQL: `/api`) in front. */
export const stripApiPrefix = (path: string) =>
  path.replace(/^\/api\/v3(?=\/|$)/, '').replace(/^\/api\/graphql$/, '/graphql') || '/';
