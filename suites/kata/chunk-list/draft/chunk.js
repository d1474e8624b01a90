export function chunk(items, size) {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`bad chunk size: ${size}`);
  const chunks = [];
  for (let i = 0; i < items.length; i += size) chunks.push(items.slice(i, i + size));
  return chunks;
}

export function chunkBy(items, key) {
  const groups = new Map();
  for (const item of items) {
    const current = key(item);
    groups.set(current, [...(groups.get(current) ?? []), item]);
  }
  return [...groups.values()];
}
