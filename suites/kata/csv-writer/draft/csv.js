const quote = (text) => `"${text.replaceAll('"', '""')}"`;
const field = (text) => (/[",\r\n]|^ | $/.test(text) ? quote(text) : text);

function value(raw) {
  if (raw === undefined || raw === null) return '';
  if (typeof raw === 'string') return field(raw);
  if (typeof raw === 'number' && Number.isFinite(raw)) return String(raw);
  if (typeof raw === 'boolean') return raw ? 'yes' : 'no';
  if (raw instanceof Date && !Number.isNaN(raw.getTime())) return raw.toISOString().slice(0, 10);
  return undefined;
}

export function toCsv(rows, columns) {
  if (columns.length === 0) throw new TypeError('no columns');
  const lines = [columns.map(field)];
  for (const [i, row] of rows.entries()) {
    lines.push(
      columns.map((column) => {
        const text = value(row[column]);
        if (text === undefined) throw new TypeError(`row ${i + 1}, column ${column}: cannot be written`);
        return text;
      }),
    );
  }
  return lines.map((fields) => `${fields.join(',')}\r\n`).join('');
}
