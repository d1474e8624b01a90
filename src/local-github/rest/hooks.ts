import { z } from 'zod';
import { notFound, unprocessable } from '../http/failure.ts';
import { type Context, operation } from '../http/operation.ts';
import { pageOf } from '../http/page.ts';
import { json } from '../http/reply.ts';
import type { App, Delivery } from '../store/rows.ts';

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
  url: app.webhookUrl ?? '',
  ...(app.webhookSecret === null ? {} : { secret: '********' }),
});

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
    const failed = query.get('status') === 'failure';
    const older = store.deliveries
      .list(where, { descending: true, ...below, ...(failed ? {} : { limit: size + 1 }) })
      .filter(({ statusCode }) => !failed || statusCode < 200 || statusCode > 399);
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
