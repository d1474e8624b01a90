const PAIRS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** Position of the first bracket at fault, or -1. */
export function firstUnbalanced(text: string): number {
  const open: { bracket: string; at: number }[] = [];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!;
    if (quoted) {
      if (letter === '\\') at += 1;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') {
      quoted = true;
    } else if ('([{'.includes(letter)) {
      open.push({ bracket: letter, at });
    } else if (letter in PAIRS) {
      if (open.pop()?.bracket !== PAIRS[letter]) return at;
    }
  }
  return open[0]?.at ?? -1;
}
