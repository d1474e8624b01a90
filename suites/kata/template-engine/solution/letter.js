const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const FILTERS = {
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  trim: (text) => text.trim(),
  date: (text) => {
    const match = /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.exec(text);
    return match ? `${Number(match[3])} ${MONTHS[match[2] - 1]} ${match[1]}` : text;
  },
};
const MARK = /\{\{\s*(?:#each\s+([\w.]+)|(\/each)|([\w.]+)((?:\s*\|\s*\w+)*))\s*\}\}/g;

function parse(template) {
  const root = [];
  const open = [root];
  let at = 0;
  for (const match of template.matchAll(MARK)) {
    const [mark, each, close, path, filters] = match;
    if (match.index > at) open.at(-1).push({ text: template.slice(at, match.index) });
    at = match.index + mark.length;
    open.at(-1).push({ mark: true });
    if (each) {
      const body = [];
      open.at(-1).push({ each, body });
      open.push(body);
    } else if (close) {
      if (open.length === 1) throw new Error('unbalanced section');
      open.pop();
      open.at(-1).push({ mark: true });
    } else {
      const names = filters.split('|').slice(1).map((name) => name.trim());
      for (const name of names) if (!Object.hasOwn(FILTERS, name)) throw new Error(`unknown filter ${name}`);
      open.at(-1).push({ path, filters: names });
    }
  }
  if (open.length > 1) throw new Error('unbalanced section');
  root.push({ text: template.slice(at) });
  return root;
}

function lookup(path, scopes) {
  if (path === 'this') return scopes.at(-1);
  const [first, ...rest] = path.split('.');
  const own = (value, name) => (typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? value[name] : undefined);
  const scope = scopes.findLast((one) => own(one, first) !== undefined);
  return [first, ...rest].reduce(own, scope);
}

function render(nodes, scopes, out) {
  for (const node of nodes) {
    if (node.mark) out.push({ mark: true });
    else if (node.text !== undefined) out.push({ text: node.text });
    else if (node.each) {
      const list = lookup(node.each, scopes);
      if (!Array.isArray(list)) continue;
      for (const member of list) {
        render(node.body, [...scopes, member], out);
        out.push({ mark: true });
      }
    } else {
      const value = lookup(node.path, scopes);
      const text = value === undefined || value === null ? '' : String(value);
      out.push({ value: node.filters.reduce((result, name) => FILTERS[name](result), text) });
    }
  }
}

export function fill(template, data) {
  const out = [];
  render(parse(template), [data], out);
  let letter = '';
  let line = { text: '', marked: false, empty: true };
  const flush = (end) => {
    if (!(line.marked && line.empty)) letter += line.text + end;
    line = { text: '', marked: false, empty: true };
  };
  for (const piece of out) {
    if (piece.mark) line.marked = true;
    else if (piece.value !== undefined) {
      line.text += piece.value;
      if (piece.value !== '') line.empty = false;
    } else {
      const lines = piece.text.split('\n');
      lines.forEach((text, i) => {
        if (i > 0) flush('\n');
        line.text += text;
        if (text.trim() !== '') line.empty = false;
      });
    }
  }
  flush('');
  return letter;
}
