export function chunk(items, size) {
  return [items];
}

export function chunkBy(items, key) {
  return [items];
}
