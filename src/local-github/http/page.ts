import type { Context } from './operation.ts';
import { json, type Reply } from './reply.ts';

const MAX_PER_PAGE = 100;

export interface Page {
  readonly number: number;
  readonly size: number;
  readonly offset: number;
}

/** The page a request asks for: `page` from 1, `per_page` up to 100, 30 when left out. */
export function pageOf(query: URLSearchParams): Page {
  const read = (name: string, fallback: number) => {
    const value = Number(query.get(name) ?? fallback);
    return Number.isInteger(value) && value > 0 ? value : fallback;
  };
  const number = read('page', 1);
  const size = Math.min(read('per_page', 30), MAX_PER_PAGE);
  return { number, size, offset: (number - 1) * size };
}

/** Answers with one page of a listing and the `Link` header to the others. `wrap` puts the items in an object. */
export function paginate(
  { hub, query, path }: Pick<Context, 'hub' | 'query' | 'path'>,
  total: number,
  items: readonly unknown[],
  wrap: (items: readonly unknown[]) => unknown = (list) => list,
): Reply {
  const { number, size } = pageOf(query);
  const last = Math.max(1, Math.ceil(total / size));
  const link = (page: number, rel: string) => {
    const url = new URL(hub.apiUrl + path);
    for (const [key, value] of query) url.searchParams.set(key, value);
    url.searchParams.set('page', String(page));
    return `<${url}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, 'prev')] : []),
    ...(number < last ? [link(number + 1, 'next'), link(last, 'last')] : []),
    ...(number > 1 ? [link(1, 'first')] : []),
  ];
  return json(wrap(items), 200, links.length > 0 ? { link: links.join(', ') } : {});
}

/** Pages a list that is already in memory. */
export function paginateAll<T>(
  context: Pick<Context, 'hub' | 'query' | 'path'>,
  all: readonly T[],
  present: (item: T) => unknown,
  wrap?: (items: readonly unknown[]) => unknown,
): Reply {
  const { offset, size } = pageOf(context.query);
  return paginate(context, all.length, all.slice(offset, offset + size).map(present), wrap);
}
