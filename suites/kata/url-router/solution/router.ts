export interface Found {
  name: string;
  params: Record<string, string>;
}

type Kind = 'text' | 'number' | 'plain' | 'rest';
interface Part {
  kind: Kind;
  text: string;
}
interface Route {
  name: string;
  parts: Part[];
  shape: string;
}

const RANK: Record<Kind, number> = { text: 0, number: 1, plain: 2, rest: 3 };
const KINDS: Record<string, Kind> = { '': 'plain', '#': 'number', '...': 'rest' };

function parse(pattern: string): Part[] {
  const wrong = () => new Error(`not a pattern: ${pattern}`);
  if (pattern === '/') return [];
  if (!pattern.startsWith('/')) throw wrong();
  const parts = pattern.slice(1).split('/').map((part): Part => {
    if (/^[A-Za-z0-9._-]+$/.test(part)) return { kind: 'text', text: part.toLowerCase() };
    const match = /^<([a-z]+)(#|\.\.\.)?>$/.exec(part);
    if (!match) throw wrong();
    return { kind: KINDS[match[2] ?? '']!, text: match[1]! };
  });
  const names = parts.filter(({ kind }) => kind !== 'text').map(({ text }) => text);
  if (new Set(names).size < names.length || parts.slice(0, -1).some(({ kind }) => kind === 'rest')) throw wrong();
  return parts;
}

function match({ name, parts }: Route, path: string): Found | null {
  const given = path === '/' ? [] : path.slice(1).split('/');
  const rest = parts.at(-1)?.kind === 'rest';
  if (rest ? given.length < parts.length : given.length !== parts.length) return null;
  const params: Record<string, string> = {};
  try {
    for (const [i, { kind, text }] of parts.entries()) {
      const part = given[i]!;
      if (part === '') return null;
      if (kind === 'text' && part.toLowerCase() !== text) return null;
      if (kind === 'number' && !/^\d{1,9}$/.test(part)) return null;
      if (kind === 'rest') {
        if (given.slice(i).includes('')) return null;
        params[text] = given.slice(i).map(decodeURIComponent).join('/');
      } else if (kind !== 'text') params[text] = decodeURIComponent(part);
    }
  } catch {
    return null;
  }
  return { name, params };
}

export class Router {
  routes: Route[] = [];

  add(pattern: string, name: string): void {
    const parts = parse(pattern);
    const shape = parts.map(({ kind, text }) => (kind === 'text' ? `0${text}` : RANK[kind])).join('/');
    if (this.routes.some((route) => route.shape === shape)) throw new Error(`${pattern} is there already`);
    this.routes.push({ name, parts, shape });
    this.routes.sort((a, b) => {
      for (let i = 0; i < Math.min(a.parts.length, b.parts.length); i += 1) {
        const difference = RANK[a.parts[i]!.kind] - RANK[b.parts[i]!.kind];
        if (difference !== 0) return difference;
      }
      return b.parts.length - a.parts.length;
    });
  }

  find(path: string): Found | null {
    if (path !== '/' && path.endsWith('/')) {
      const to = path.slice(0, -1);
      return to !== '' && !to.endsWith('/') && this.find(to) ? { name: 'redirect', params: { to } } : null;
    }
    for (const route of this.routes) {
      const found = match(route, path);
      if (found) return found;
    }
    return null;
  }
}
