import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { messageOf } from '../model/error.ts';

/** Characters of a file; none that a person wrote is longer. */
const MAX_CHARACTERS = 256 * 1024;
/** Levels of brackets, of dashes on a line, and of indentation. The library recurses, and a deeper file ends the process. */
const MAX_DEPTH = 64;

interface Place {
  readonly line: number;
  readonly column: number;
}

interface YamlIssue extends Place {
  readonly path: '';
  readonly message: string;
}

interface Yaml {
  readonly ok: true;
  readonly value: unknown;
  /** Where the key or value at a path is, or the nearest thing around it that is in the file. */
  at(path: readonly PropertyKey[]): Place;
  /** Whether a key is there with nothing behind it, e.g. a section of which every key is commented out. */
  isEmpty(path: readonly PropertyKey[]): boolean;
}

/** One YAML document with the places of its nodes, or every issue with its place. Never throws, whatever the text is. */
export function readYaml(text: string): Yaml | { readonly ok: false; readonly issues: readonly YamlIssue[] } {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const refuse = (...issues: (Place & { readonly message: string })[]) =>
    ({ ok: false, issues: issues.map((issue) => ({ ...issue, path: '' as const })) }) as const;
  const unusual = tooLarge(text);
  if (unusual !== null) return refuse({ line: unusual.line, column: 1, message: unusual.message });
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const broken = [...document.errors, ...document.warnings, ...unresolvedAliases(document)];
    if (broken.length > 0)
      return refuse(
        ...broken.map(({ pos, message }) => {
          const at = place(pos[0]);
          return { ...at, message: `${message}${hintOf(text, at.line)}` };
        }),
      );
    return {
      ok: true,
      value: document.toJS({ maxAliasCount: 20 }),
      at: (path) => place(nodeAt(document.contents, path).offset),
      isEmpty: (path) => path.length > 0 && isNothing(document.contents, path),
    };
  } catch (error) {
    return refuse({
      line: 1,
      column: 1,
      message: `this file cannot be read as YAML: ${messageOf(error).split('\n')[0]}`,
    });
  }
}

function tooLarge(text: string): { readonly line: number; readonly message: string } | null {
  if (text.length > MAX_CHARACTERS) return { line: 1, message: `this file is over ${MAX_CHARACTERS / 1024} KiB` };
  let depth = 0;
  for (const [i, line] of text.split(/\r\n?|\n/).entries()) {
    const dashes = /^(?:\s*[-?:](?=\s|$))*/.exec(line)![0].replace(/\s/g, '').length;
    const indentation = line.length - line.trimStart().length;
    let deepest = Math.max(dashes, indentation / 4);
    for (const letter of line) {
      if (letter === '[' || letter === '{') deepest = Math.max(deepest, ++depth);
      else if (letter === ']' || letter === '}') depth = Math.max(0, depth - 1);
    }
    if (deepest > MAX_DEPTH) return { line: i + 1, message: `this is nested more than ${MAX_DEPTH} levels deep` };
  }
  return null;
}

/** Words that begin with `*` and stand for nothing: YAML calls them aliases, people mean globs. */
function unresolvedAliases(document: Document): { readonly pos: readonly [number]; readonly message: string }[] {
  const found: { readonly pos: readonly [number]; readonly message: string }[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined)
        found.push({ pos: [alias.range?.[0] ?? 0], message: `*${alias.source} is an alias of nothing` });
    },
  });
  return found;
}

/** What to do, on a line whose trouble is most likely a glob without quotes. */
function hintOf(text: string, line: number): string {
  const source = text.split('\n')[line - 1] ?? '';
  const [glob] =
    /(?<=[:,[]\s*|-\s+)(?:[*&!%@`?][^\s,\]]*|\{[^\s{}]*\}[^\s,\]]+|(?<=-\s+)\[\S*\]\S+)/.exec(source) ?? [];
  return glob === undefined
    ? ''
    : `; a glob or a name that begins with a sign of YAML has to be in quotes: ${JSON.stringify(glob)}`;
}

function isNothing(contents: Node | null, path: readonly PropertyKey[]): boolean {
  const { node, whole } = nodeAt(contents, path);
  return whole && (node === null || (isScalar(node) && node.value === null && !node.source));
}

/** The node at a path, whether the whole path is there, and the offset of the last key of it that is. */
function nodeAt(contents: Node | null, path: readonly PropertyKey[]) {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const segment of path) {
    if (isSeq(node) && isNode(node.items[Number(segment)])) {
      node = node.items[Number(segment)];
      offset = (node as Node).range?.[0] ?? offset;
      continue;
    }
    const pair = isMap(node)
      ? node.items.find((item) => isPair(item) && String(item.key) === String(segment))
      : undefined;
    if (!pair) return { node, offset, whole: false };
    offset = (pair.key as Node | null)?.range?.[0] ?? offset;
    node = pair.value;
  }
  return { node, offset, whole: true };
}
