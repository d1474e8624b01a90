export function range(text) {
  const [count, sides] = text.split('d').map(Number);
  return [count, count * sides];
}
