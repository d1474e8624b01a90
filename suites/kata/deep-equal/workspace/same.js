export function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}
