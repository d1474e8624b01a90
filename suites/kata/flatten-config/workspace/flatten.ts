export type Flat = Record<string, unknown>;

export function flatten(value: Record<string, unknown>, prefix = ''): Flat {
  const flat: Flat = {};
  for (const [key, child] of Object.entries(value)) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (typeof child === 'object') Object.assign(flat, flatten(child as Record<string, unknown>, path));
    else flat[path] = child;
  }
  return flat;
}
