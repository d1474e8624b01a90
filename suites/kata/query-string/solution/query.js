const decode = (text) => decodeURIComponent(text.replaceAll('+', ' '));

export function parse(text) {
  const result = Object.create(null);
  for (const piece of text.replace(/^\?/, '').split('&')) {
    if (piece === '') continue;
    const at = piece.indexOf('=');
    const key = decode(at < 0 ? piece : piece.slice(0, at));
    const value = at < 0 ? true : decode(piece.slice(at + 1));
    if (key in result) result[key] = [result[key], value].flat();
    else result[key] = value;
  }
  return result;
}

export function build(object) {
  const pieces = [];
  for (const [key, values] of Object.entries(object)) {
    for (const value of [values].flat()) {
      if (value === undefined || value === null || value === false) continue;
      const name = encodeURIComponent(key);
      pieces.push(value === true ? name : `${name}=${encodeURIComponent(value)}`);
    }
  }
  return pieces.join('&');
}
