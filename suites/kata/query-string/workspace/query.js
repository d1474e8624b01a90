export function parse(text) {
  const result = {};
  for (const piece of text.split('&')) {
    const [key, value] = piece.split('=');
    result[key] = value;
  }
  return result;
}

export function build(object) {
  return Object.entries(object)
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
}
