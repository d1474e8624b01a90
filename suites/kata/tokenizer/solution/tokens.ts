export interface Token {
  kind: 'number' | 'name' | 'string' | 'operator';
  text: string;
  at: number;
}

const RULES: [Token['kind'] | 'skip', RegExp][] = [
  ['skip', /(?:\s|\/\/[^\n]*)+/y],
  ['number', /0x[0-9A-Fa-f]+|(?:\d+(?:_\d+)*)?\.\d+|\d+(?:_\d+)*/y],
  ['name', /[A-Za-z_]\w*/y],
  ['string', /'(?:[^'\n]|'')*'/y],
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
      if (kind === 'number') {
        if (/\w/.test(text[at] ?? '')) throw new SyntaxError(`a number goes on at ${at}`);
        found.push({ kind, text: String(Number(match.replaceAll('_', ''))), at: start });
      } else if (kind === 'string') {
        found.push({ kind, text: match.slice(1, -1).replaceAll("''", "'"), at: start });
      } else if (kind !== 'skip') found.push({ kind, text: match, at: start });
      break;
    }
    if (at === start) throw new SyntaxError(`unexpected ${JSON.stringify(text[at])} at ${at}`);
  }
  return found;
}
