export interface Token {
  kind: 'number' | 'name' | 'string' | 'operator';
  text: string;
  at: number;
}

const RULES: [Token['kind'] | 'skip', RegExp][] = [
  ['skip', /(?:\s|\/\/.*)+/y],
  ['number', /\d+(?:\.\d+)?/y],
  ['name', /[A-Za-z_]\w*/y],
  ['string', /'[^']*'/y],
  ['operator', /<=|>=|==|!=|->|[-+*\/<>=(),]/y],
];

export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    for (const [kind, rule] of RULES) {
      rule.lastIndex = at;
      const match = rule.exec(text)?.[0];
      if (match === undefined) continue;
      at += match.length;
      if (kind === 'string') found.push({ kind, text: match.slice(1, -1), at: start });
      else if (kind !== 'skip') found.push({ kind, text: match, at: start });
      break;
    }
    if (at === start) throw new SyntaxError(`unexpected ${JSON.stringify(text[at])} at ${at}`);
  }
  return found;
}
