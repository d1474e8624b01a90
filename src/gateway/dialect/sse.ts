/** Splits server-sent events out of bytes; each comes with its blank line, exactly as it was sent. */
export async function* eventsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const searched = Math.max(0, rest.length - 3);
    rest += decoder.decode(chunk, { stream: true });
    for (let end = endOf(rest, searched); end > 0; end = endOf(rest, 0)) {
      yield rest.slice(0, end);
      rest = rest.slice(end);
    }
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

/** Where the first event ends, looking from `from` on: what is before it was looked through already. */
function endOf(text: string, from: number): number {
  const blank = /\r?\n\r?\n/g;
  blank.lastIndex = from;
  const match = blank.exec(text);
  return match ? match.index + match[0].length : -1;
}

/** What an event's `data` lines say together; `undefined` for comments and other fields. */
export function dataOf(event: string): string | undefined {
  const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  return lines.length === 0 ? undefined : lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n');
}

/** An event's data as JSON; `undefined` when it is none. */
export function jsonOf(event: string): unknown {
  const data = dataOf(event);
  if (data === undefined || data === '[DONE]') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
