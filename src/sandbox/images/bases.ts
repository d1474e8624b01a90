/**
 * Images that a Dockerfile rests on or copies from, by the references it names. What only a build can say, through arguments without a
 * default, is left out.
 */
export function basesOf(dockerfile: string): readonly string[] {
  const lines = dockerfile
    .replace(/^\s*#.*$/gm, '')
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/);
  const args = new Map<string, string>();
  const stages = new Set<string>(['scratch']);
  const found = new Set<string>();
  const expand = (text: string) =>
    text.replace(/\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g, (whole, braced, fallback, plain) => {
      return args.get(braced ?? plain) ?? fallback ?? whole;
    });
  const add = (text: string) => {
    const reference = expand(text);
    if (!/\$/.test(reference) && !/^\d+$/.test(reference) && !stages.has(reference.toLowerCase())) found.add(reference);
  };
  for (const line of lines) {
    const [, arg, value] = /^\s*ARG\s+(\w+)=["']?([^"'\s]*)/i.exec(line) ?? [];
    // Arguments of a stage say nothing in a FROM.
    if (arg !== undefined && stages.size === 1 && found.size === 0) args.set(arg, expand(value!));
    const [, from, stage] = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line) ?? [];
    if (from !== undefined) add(from);
    if (stage !== undefined) stages.add(stage.toLowerCase());
    const [, source] = /^\s*COPY\s+(?:--(?!from)\S+\s+)*--from=(\S+)/i.exec(line) ?? [];
    if (source !== undefined) add(source);
  }
  return [...found];
}
