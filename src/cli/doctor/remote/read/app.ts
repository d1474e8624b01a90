import { z } from 'zod';
import type { Answer, AppFacts } from '../facts.ts';
import type { Client, Reader } from './reader.ts';

const JWT = 'the App’s own key';
const permissions = z.record(z.string(), z.string());

const app = z.object({
  slug: z.string(),
  html_url: z.string(),
  owner: z.looseObject({ login: z.string().optional(), type: z.string().optional() }).nullish(),
  permissions,
  events: z.array(z.string()),
});
const installation = z
  .object({
    id: z.number(),
    html_url: z.string(),
    suspended_at: z.string().nullish(),
    permissions,
    events: z.array(z.string()),
  })
  .transform((given) => ({
    id: given.id,
    url: given.html_url,
    suspended: Boolean(given.suspended_at),
    permissions: given.permissions,
    events: given.events,
  }));
const hook = z.object({ url: z.string().optional() }).transform(({ url }) => url || null);
const deliveries = z.array(
  z.object({
    guid: z.string(),
    event: z.string(),
    delivered_at: z.string(),
    status_code: z.number(),
    status: z.string(),
    repository_id: z.number().nullish(),
  }),
);

/** What GitHub tells the App of itself, and of deliveries that concern a repository. */
export async function readApp(reader: Reader, asApp: Client, repository: number): Promise<Answer<AppFacts>> {
  const asked = { needs: JWT, via: [asApp] };
  const found = await reader.ask('GET /app', { ...asked, answer: app });
  if (!found.known) return found;
  const [installed, address, sent] = await Promise.all([
    reader.ask('GET /repos/{owner}/{repo}/installation', { ...asked, answer: installation, absent: null }),
    reader.ask('GET /app/hook/config', { ...asked, answer: hook, absent: null }),
    reader.ask('GET /app/hook/deliveries', { ...asked, answer: deliveries, parameters: { per_page: 100 } }),
  ]);
  const { slug, html_url: url, owner, permissions: held, events } = found.value;
  return {
    known: true,
    value: {
      slug,
      login: `${slug}[bot]`,
      url,
      owner: owner?.login ? { login: owner.login, organization: owner.type === 'Organization' } : null,
      permissions: held,
      events,
      installation: installed,
      hook: address,
      deliveries: sent.known
        ? {
            known: true,
            value: sent.value
              .filter(({ repository_id: id }) => id === repository)
              .map(({ guid, event, delivered_at: at, status_code: statusCode, status }) => ({
                guid,
                event,
                at,
                statusCode,
                status,
              })),
          }
        : sent,
    },
  };
}
