export function toCsv(rows, columns) {
  return '';
}
