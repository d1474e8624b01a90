/**
 * Whether a path matches a glob: `*` and `?` stay within a segment, `**` spans segments, `{a,b}` chooses. Unlike a shell's, a
 * star matches dot files too, letters match in either case, and a pattern that names a folder matches all that is in it.
 */
export function matchesGlob(path: string, glob: string): boolean {
  return toRegExp(glob).test(path);
}

function toRegExp(glob: string): RegExp {
  const trimmed = glob.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
  let depth = 0;
  const body = trimmed.replace(/\*\*\/|\*\*|\*|\?|[{},]|[^*?{},]+/g, (token) => {
    switch (token) {
      case '**/':
        return '(?:.*/)?';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      case '{':
        depth++;
        return '(?:';
      case '}':
        if (depth === 0) return '\\}';
        depth--;
        return ')';
      case ',':
        return depth > 0 ? '|' : ',';
      default:
        return token.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    }
  });
  return new RegExp(`^${body}${')'.repeat(depth)}(?:/.*)?$`, 'isu');
}
