/**
 * Compiles a filter pattern of `branches`, `tags` or `paths`: `*` is anything but `/`, `**` anything, `?` none or one of the
 * character before, `+` one or more of it, `[]` a set; `\` takes the next character as it is.
 * Source: "Workflow syntax for GitHub Actions", filter pattern cheat sheet.
 */
function globToRegExp(pattern: string): RegExp {
  let source = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const char = pattern[index]!;
    if (char === '*' && pattern[index + 1] === '*') {
      const folder = pattern[index + 2] === '/' && (index === 0 || pattern[index - 1] === '/');
      source += folder ? '(?:.*/)?' : '.*';
      index += folder ? 2 : 1;
    } else if (char === '*') source += '[^/]*';
    else if (char === '?' || char === '+' || char === '[' || char === ']') source += char;
    else if (char === '\\') {
      index += 1;
      source += literal(pattern[index] ?? '\\');
    } else source += literal(char);
  }
  return new RegExp(`^${source}$`);
}

function literal(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\]/, '\\$&');
}

/** Whether a name passes a list of patterns; later ones win, `!` excludes what earlier ones included. */
export function matches(name: string, patterns: readonly string[]): boolean {
  let included = false;
  for (const pattern of patterns) {
    const negative = pattern.startsWith('!');
    if (globToRegExp(negative ? pattern.slice(1) : pattern).test(name)) included = !negative;
  }
  return included;
}
