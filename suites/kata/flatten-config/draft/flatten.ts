export type Flat = Record<string, unknown>;

export function flatten(value: Record<string, unknown>): Flat {
  const flat: Flat = {};
  const visit = (child: unknown, path: string): void => {
    if (typeof child !== 'object' || child === null) {
      flat[path] = child;
    } else if (Array.isArray(child)) {
      child.forEach((item, i) => visit(item, `${path}[${i}]`));
    } else {
      for (const [key, item] of Object.entries(child)) visit(item, path === '' ? key : `${path}.${key}`);
    }
  };
  for (const [key, child] of Object.entries(value)) visit(child, key);
  return flat;
}
