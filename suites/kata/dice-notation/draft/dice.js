const TERM = /^(?:(\d*)d(\d+|%|F)(?:k(\d+))?|(\d+))(?:\*(\d+))?$/;

function term(text) {
  const match = TERM.exec(text);
  if (!match) throw new SyntaxError(`no dice: '${text}'`);
  const [, count, sides, kept, constant, factor] = match;
  const times = Number(factor ?? 1);
  if (constant !== undefined) return [constant * times, constant * times];
  const thrown = Number(count || 1);
  const dice = thrown;
  const [low, high] = sides === 'F' ? [-1, 1] : [1, sides === '%' ? 100 : Number(sides)];
  return [dice * low * times, dice * high * times];
}

export function range(text) {
  const plain = text.replace(/\s+/g, '');
  let [low, high] = [0, 0];
  for (const [, sign, piece] of `+${plain}`.matchAll(/([+-])([^+-]*)/g)) {
    const [a, b] = term(piece);
    low += sign === '+' ? a : -a;
    high += sign === '+' ? b : -b;
  }
  return [low + 0, high + 0];
}
