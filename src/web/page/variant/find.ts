/** A text in pieces, of which every second one is a place where `wanted` was found, however written. */
export function split(text: string, wanted: string): readonly string[] {
  if (wanted === '') return [text];
  const [low, sought] = [text.toLowerCase(), wanted.toLowerCase()];
  // Some letters have more than one in lower case, and places would not agree.
  if (low.length !== text.length) return [text];
  const pieces: string[] = [];
  let from = 0;
  for (let at = low.indexOf(sought); at >= 0; at = low.indexOf(sought, from)) {
    pieces.push(text.slice(from, at), text.slice(at, at + sought.length));
    from = at + sought.length;
  }
  return [...pieces, text.slice(from)];
}

/** How often it is found. */
export function hits(text: string, wanted: string): number {
  return (split(text, wanted).length - 1) / 2;
}
