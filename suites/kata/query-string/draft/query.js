const decode = (text) => decodeURIComponent(text.replaceAll('+', ' '));

export function parse(text) {
  const result = {};
  for (const piece of text.replace(/^\?/, '').split('&')) {
    if (piece === '') continue;
    const [name, rest] = piece.split('=');
    const key = decode(name);
    const value = rest === undefined ? true : decode(rest);
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
