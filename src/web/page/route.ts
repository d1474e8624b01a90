/** What the address names after `#`. */
export type Route =
  | { readonly view: 'lineage' | 'progress' | 'runs' }
  | { readonly view: 'tasks'; readonly task?: string }
  | { readonly view: 'compare'; readonly a?: number; readonly b?: number }
  | { readonly view: 'variant'; readonly variant: number; readonly job?: string; readonly task?: string }
  | { readonly view: 'decisions'; readonly n?: number };

export const VIEWS = ['lineage', 'progress', 'tasks', 'compare', 'decisions', 'runs'] as const;

/** The route of an address' hash; the lineage where it is none. */
export function parseRoute(hash: string): Route {
  const [view, first, second, third] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decoded);
  const task = (name: string | undefined) => (name === undefined || name === '' ? {} : { task: name });
  switch (view) {
    case 'progress':
    case 'runs':
      return { view };
    case 'tasks':
      return { view, ...task(first) };
    case 'compare': {
      const [a, b] = [numbered(first), numbered(second)];
      return { view, ...(a !== undefined && { a }), ...(b !== undefined && { b }) };
    }
    case 'variant': {
      const variant = numbered(first);
      if (variant === undefined) return { view: 'lineage' };
      return { view, variant, ...(second !== undefined && third !== undefined && { job: second, task: third }) };
    }
    case 'decisions': {
      const n = first !== undefined && /^\d{1,9}$/.test(first) ? Number(first) : undefined;
      return { view, ...(n !== undefined && { n }) };
    }
    default:
      return { view: 'lineage' };
  }
}

/** An address within the page: it can lead nowhere else. */
export function to(...parts: readonly (string | number)[]): string {
  return `#/${parts.map((part) => encodeURIComponent(String(part).toWellFormed())).join('/')}`;
}

export function toVariant(number: number): string {
  return to('variant', `v${number}`);
}

export function openVariant(number: number): void {
  location.assign(toVariant(number));
}

function numbered(text: string | undefined): number | undefined {
  const found = /^v(\d{1,7})$/.exec(text ?? '');
  return found ? Number(found[1]) : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
