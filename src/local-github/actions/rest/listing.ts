import type { Context } from '../../http/operation.ts';
import { paginateAll } from '../../http/page.ts';
import type { Reply } from '../../http/reply.ts';

/** One page of a list, under its name beside the total. */
export function listing<T>(
  context: Pick<Context, 'hub' | 'query' | 'path'>,
  name: string,
  all: readonly T[],
  present: (item: T) => unknown,
): Reply {
  return paginateAll(context, all, present, (items) => ({ total_count: all.length, [name]: items }));
}
