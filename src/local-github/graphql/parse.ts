import { Failure } from '../http/failure.ts';

export type Value = string | number | boolean | null | { readonly [key: string]: Value } | readonly Value[];

export interface Selection {
  readonly name: string;
  readonly alias: string;
  readonly args: Readonly<Record<string, Value>>;
  readonly fields: readonly Selection[];
}

export interface Document {
  readonly kind: 'query' | 'mutation';
  readonly fields: readonly Selection[];
}

const TOKEN = /\s*(?:#[^\n]*\n|,)*\s*(\.\.\.|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|[A-Za-z_]\w*|[!$(){}[\]:=])/gy;

/** Reads the part of GraphQL that clients here use: one operation, fields, arguments, variables, inline fragments. */
export function parse(source: string, variables: Readonly<Record<string, Value>>): Document {
  const tokens = tokenize(source);
  guardDepth(tokens);
  let at = 0;
  const peek = () => tokens[at];
  const take = (wanted?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (wanted !== undefined && token !== wanted))
      throw new Failure(
        400,
        `Parse error on ${JSON.stringify(token ?? 'end of file')}${wanted ? ` (expected "${wanted}")` : ''}`,
      );
    return token;
  };

  const value = (): Value => {
    const token = take();
    if (token === '$') return variables[take()] ?? null;
    if (token === '{') return object('}');
    if (token === '[') {
      const list: Value[] = [];
      while (peek() !== ']') list.push(value());
      take(']');
      return list;
    }
    if (token.startsWith('"') || /^-?\d/.test(token) || ['true', 'false', 'null'].includes(token))
      return JSON.parse(token);
    return token;
  };
  const object = (end: string): Record<string, Value> => {
    const result: Record<string, Value> = {};
    while (peek() !== end) {
      const name = take();
      take(':');
      result[name] = value();
    }
    take(end);
    return result;
  };
  const parenthesized = () => {
    take('(');
    return object(')');
  };
  const selections = (): Selection[] => {
    take('{');
    const fields: Selection[] = [];
    while (peek() !== '}') {
      if (peek() === '...') {
        take();
        take('on');
        take();
        fields.push(...selections());
        continue;
      }
      const alias = take();
      const renamed = peek() === ':';
      if (renamed) take();
      const name = renamed ? take() : alias;
      const args = peek() === '(' ? parenthesized() : {};
      fields.push({ name, alias, args, fields: peek() === '{' ? selections() : [] });
    }
    take('}');
    return fields;
  };

  const kind = peek() === 'mutation' ? 'mutation' : 'query';
  while (peek() !== undefined && peek() !== '{') {
    if (take() === '(') while (take() !== ')');
  }
  return { kind, fields: selections() };
}

function tokenize(source: string): string[] {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  const end = source.trimEnd().length;
  while (pattern.lastIndex < end) {
    const from = pattern.lastIndex;
    const match = pattern.exec(source);
    if (match === null) throw new Failure(400, `Parse error at offset ${from}`);
    tokens.push(match[1]!);
  }
  return tokens;
}

const MAX_DEPTH = 100;

/** Refuses what is nested so deeply that reading it would use the stack up. */
function guardDepth(tokens: readonly string[]): void {
  let depth = 0;
  for (const token of tokens) {
    if (/^[[{(]$/.test(token)) depth += 1;
    if (/^[\]})]$/.test(token)) depth -= 1;
    if (depth > MAX_DEPTH) throw new Failure(400, 'The query is nested too deeply');
  }
}
