import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { readLimits } from '../config/limits.ts';
import { readOperationSettings } from '../environment/operations.ts';
import { HuxleyError, messageOf, sentence } from '../model/error.ts';
import type { LimitSettings } from '../model/limits/account-limits.ts';
import { type Observer, together } from '../model/watch/observer.ts';
import type { Store } from '../store/store.ts';
import type { ServerSpec } from './server.ts';
import { openTracing, wantsTraces } from './tracing.ts';

interface Watching extends AsyncDisposable {
  readonly parts: Pick<ServerSpec, 'observer' | 'metrics' | 'limits'>;
}

/**
 * Metrics, traces and limits as the environment asks for them; nothing where it does not.
 * @throws HuxleyError `environment.invalid`, `limits.unreadable` or `limits.invalid`
 */
export async function watch(
  env: Readonly<Record<string, string | undefined>>,
  store: Store,
  log: Logger,
): Promise<Watching> {
  const { metricsAt, metricsToken, limitsPath } = readOperationSettings(env);
  const stack = new AsyncDisposableStack();
  const observers: Observer[] = [];
  let parts: Watching['parts'] = limitsPath === null ? {} : { limits: limitsIn(limitsPath) };
  if (wantsTraces(env)) {
    const tracing = stack.use(await openTracing());
    observers.push(tracing.observer);
    log.info('traces are sent');
  }
  if (metricsAt !== null || metricsToken !== null) {
    const { Metrics } = await import('./metrics.ts');
    const metrics = new Metrics(store);
    observers.push(metrics);
    if (metricsToken !== null) parts = { ...parts, metrics: { metrics, token: metricsToken } };
    if (metricsAt !== null) {
      const server = await metrics.listen(metricsAt.port, metricsAt.host);
      stack.defer(() => void server.close());
      log.info(server.address(), 'metrics are shown');
    }
  }
  if (observers.length > 0) parts = { ...parts, observer: together(observers) };
  return { parts, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function limitsIn(path: string): LimitSettings {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new HuxleyError(
      'limits.unreadable',
      `${path} cannot be read: ${messageOf(error)}`,
      'Set HUXLEY_LIMITS to a readable file.',
    );
  }
  const read = readLimits(text);
  if (!('problems' in read)) return read;
  throw new HuxleyError(
    'limits.invalid',
    sentence(`${path} cannot be used: ${read.problems.join('; ')}`),
    'Correct these lines; docs/operations.md shows the format.',
  );
}
