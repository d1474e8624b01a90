import type { Octokit } from '../github/octokit/octokit.ts';
import { statusOf } from '../github/retry.ts';
import type { Observer } from '../model/watch/observer.ts';
import type { Store } from '../store/store.ts';

/** Whose requests are watched already. */
const watched = new WeakSet<object>();

/** Has an observer watch every request an Octokit makes, and the budget its answers tell. */
export function watchRequests(octokit: Octokit, installation: number | undefined, observer: Observer): Octokit {
  if (watched.has(octokit)) return octokit;
  watched.add(octokit);
  const of = installation === undefined ? 'app' : String(installation);
  octokit.hook.wrap('request', (request, options) =>
    // As documented, with placeholders: addresses are many.
    observer.span(
      'github',
      { method: options.method, route: options.url.replace(/[?#].*/, ''), installation: of },
      async (note) => {
        try {
          const answer = await request(options);
          const { status, headers } = answer;
          note({ status });
          for (const level of ['remaining', 'limit'] as const) {
            const value = Number(headers[`x-ratelimit-${level}`] ?? Number.NaN);
            if (!Number.isNaN(value)) observer.level(`requests.${level}`, of, value);
          }
          return answer;
        } catch (error) {
          note({ status: statusOf(error) ?? 'none' });
          throw error;
        }
      },
    ),
  );
  return octokit;
}

const WRITES: ReadonlySet<string> = new Set([
  'append',
  'receive',
  'finish',
  'writeDocument',
  'restore',
  'identify',
  'forget',
]);

/** A store whose writes, and the accounts' content writes it keeps account of, an observer watches. */
export function watchedStore(store: Store, observer: Observer): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name === 'takeWrite')
        return async (...given: Parameters<Store['takeWrite']>) => {
          const taken = await target.takeWrite(...given);
          observer.level('writes.hour', given[0], taken.used);
          return taken;
        };
      if (typeof name === 'string' && WRITES.has(name))
        return (...given: unknown[]) => observer.span('store', { operation: name }, () => value.apply(target, given));
      return value.bind(target);
    },
  });
}
