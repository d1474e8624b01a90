export function chunk(items, size) {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`bad chunk size: ${size}`);
  const chunks = [];
  for (let i = 0; i < items.length; i += size) chunks.push(items.slice(i, i + size));
  return chunks;
}

export function chunkBy(items, key) {
  const chunks = [];
  let last;
  for (const item of items) {
    const current = key(item);
    if (chunks.length > 0 && Object.is(current, last)) chunks.at(-1).push(item);
    else chunks.push([item]);
    last = current;
  }
  return chunks;
}
