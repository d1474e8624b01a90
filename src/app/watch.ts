import type { Logger } from 'pino';
import { readOperationSettings } from '../environment/operations.ts';
import { type Observer, together } from '../model/watch/observer.ts';
import type { Store } from '../store/store.ts';
import type { ServerSpec } from './server.ts';
import { openTracing, wantsTraces } from './tracing.ts';

interface Watching extends AsyncDisposable {
  readonly parts: Pick<ServerSpec, 'observer' | 'metrics'>;
}

/** Metrics and traces as the environment asks for them; nothing where it does not. @throws HuxleyError `environment.invalid` */
export async function watch(
  env: Readonly<Record<string, string | undefined>>,
  store: Store,
  log: Logger,
): Promise<Watching> {
  const { metricsAt, metricsToken } = readOperationSettings(env);
  const stack = new AsyncDisposableStack();
  const observers: Observer[] = [];
  let parts: Watching['parts'] = {};
  if (wantsTraces(env)) {
    const tracing = stack.use(await openTracing());
    observers.push(tracing.observer);
    log.info('traces are sent');
  }
  if (metricsAt !== null || metricsToken !== null) {
    const { Metrics } = await import('./metrics.ts');
    const metrics = new Metrics(store);
    observers.push(metrics);
    if (metricsToken !== null) parts = { metrics: { metrics, token: metricsToken } };
    if (metricsAt !== null) {
      const server = await metrics.listen(metricsAt.port, metricsAt.host);
      stack.defer(() => void server.close());
      log.info(server.address(), 'metrics are shown');
    }
  }
  if (observers.length > 0) parts = { ...parts, observer: together(observers) };
  return { parts, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
