/** Blanks that a line begins with. */
export function indented(line: string): number {
  return line.length - line.trimStart().length;
}

/** The suites around a line of a runner that shows them by indentation. */
export class Suites {
  readonly #open: { readonly name: string; readonly indent: number }[] = [];

  enter(line: string): void {
    const indent = indented(line);
    while ((this.#open.at(-1)?.indent ?? -1) >= indent) this.#open.pop();
    this.#open.push({ name: line.trim(), indent });
  }

  path(): readonly string[] {
    return this.#open.map(({ name }) => name);
  }
}
