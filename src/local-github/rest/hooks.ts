import { z } from 'zod';
import { notFound, unprocessable } from '../http/failure.ts';
import { type Context, operation } from '../http/operation.ts';
import { pageOf } from '../http/page.ts';
import { json } from '../http/reply.ts';
import type { App, Delivery } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

function callingApp({ actor }: Context<unknown>): App {
  if (actor.type !== 'app') throw notFound();
  return actor.app;
}

const itemOf = (delivery: Delivery) => ({
  id: delivery.id,
  guid: delivery.guid,
  delivered_at: delivery.deliveredAt,
  redelivery: delivery.redelivery,
  duration: delivery.duration,
  status: delivery.status,
  status_code: delivery.statusCode,
  event: delivery.event,
  action: delivery.action,
  installation_id: delivery.installation,
  repository_id: delivery.repo,
  throttled_at: null,
});

function deliveryAt(context: Context<unknown>): Delivery {
  const delivery = context.store.deliveries.get(context.number('delivery_id'));
  if (delivery === undefined || delivery.app !== callingApp(context).id) throw notFound();
  return delivery;
}

const configOf = (app: App) => ({
  content_type: 'json',
  insecure_ssl: '0',
  ...(app.webhookUrl === null ? {} : { url: app.webhookUrl }),
  ...(app.webhookSecret === null ? {} : { secret: '********' }),
});

/** Deliveries that failed, newest first, and how far they were looked through: what was delivered does not change. */
const failures = new WeakMap<Store, Map<number, { upTo: number; ids: number[] }>>();
const LOOK = 100;

function failedOf(store: Store, app: number): readonly number[] {
  const known = failures.get(store) ?? new Map<number, { upTo: number; ids: number[] }>();
  failures.set(store, known);
  const seen = known.get(app) ?? { upTo: 0, ids: [] };
  const found: number[] = [];
  let upTo = seen.upTo;
  for (let below = {}; ; ) {
    const rows = store.deliveries.list({ app }, { descending: true, limit: LOOK, ...below });
    const fresh = rows.filter(({ id }) => id > seen.upTo);
    for (const { id, statusCode } of fresh) {
      upTo = Math.max(upTo, id);
      if (statusCode < 200 || statusCode > 399) found.push(id);
    }
    if (fresh.length < LOOK) break;
    below = { below: fresh.at(-1)!.id };
  }
  const ids = [...found, ...seen.ids];
  known.set(app, { upTo, ids });
  return ids;
}

export const HOOKS = [
  operation('GET /app/hook/config', { access: 'app' }, (context) => json(configOf(callingApp(context)))),

  operation(
    'PATCH /app/hook/config',
    { access: 'app', body: z.object({ url: z.url().optional(), secret: z.string().optional() }) },
    (context) => {
      const app = callingApp(context);
      const { url = app.webhookUrl, secret = app.webhookSecret } = context.body;
      return json(configOf(context.store.apps.update(app.id, { webhookUrl: url, webhookSecret: secret })));
    },
  ),

  operation('GET /app/hook/deliveries', { access: 'app' }, (context) => {
    const { hub, store, query } = context;
    const { size } = pageOf(query);
    const cursor = query.get('cursor');
    const before = cursor === null ? Number.POSITIVE_INFINITY : Number(/^v1_(\d+)$/.exec(cursor)?.[1] ?? Number.NaN);
    if (Number.isNaN(before)) throw unprocessable('Invalid cursor');
    const where = { app: callingApp(context).id };
    const below = before === Number.POSITIVE_INFINITY ? {} : { below: before };
    const older =
      query.get('status') === 'failure'
        ? failedOf(store, where.app)
            .filter((id) => id < before)
            .slice(0, size + 1)
            .map((id) => store.deliveries.get(id)!)
        : store.deliveries.list(where, { descending: true, ...below, limit: size + 1 });
    const page = older.slice(0, size);
    const last = page.at(-1);
    const more = last !== undefined && older.length > page.length;
    const link = `<${hub.apiUrl}/app/hook/deliveries?per_page=${size}&cursor=v1_${last?.id}>; rel="next"`;
    return json(page.map(itemOf), 200, more ? { link } : {});
  }),

  operation('GET /app/hook/deliveries/{delivery_id}', { access: 'app' }, (context) => {
    const delivery = deliveryAt(context);
    return json({
      ...itemOf(delivery),
      url: callingApp(context).webhookUrl ?? '',
      request: { headers: delivery.requestHeaders, payload: JSON.parse(delivery.payload) },
      response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
    });
  }),

  operation('POST /app/hook/deliveries/{delivery_id}/attempts', { access: 'app' }, (context) => {
    context.hub.events.deliverer.redeliver(callingApp(context), deliveryAt(context));
    return json({}, 202);
  }),
];
