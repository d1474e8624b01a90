import type { FileEntry } from '../model/file.ts';
import { textOf } from './patch/content.ts';
import { quote } from './quote.ts';

/** Characters of source code shown at most; about 30,000 tokens. */
const SOURCE_LIMIT = 120_000;
/** Of one file. */
const FILE_LIMIT = 40_000;

/** Names that say little about how an agent works, shown last. */
const PERIPHERAL =
  /(^|\/)(tests?|__tests__|docs?|fixtures|examples?)\/|\.(test|spec)\.|_test\.|(^|\/)(test_|license|changelog)/i;

/** An agent's source code as quoted data: a list of all files, then the contents, the most telling first. */
export function quoteSource(label: string, files: readonly FileEntry[]): string {
  const sorted = [...files].sort(
    (a, b) => Number(PERIPHERAL.test(a.path)) - Number(PERIPHERAL.test(b.path)) || (a.path < b.path ? -1 : 1),
  );
  let left = SOURCE_LIMIT;
  const shown: string[] = [];
  const hidden: string[] = [];
  for (const { path, content } of sorted) {
    const text = textOf(content);
    if (text === null || text.length > FILE_LIMIT || text.length > left)
      hidden.push(`${path} (${content.byteLength} bytes)`);
    else {
      left -= text.length;
      shown.push(quote(`${label}: ${path}`, text));
    }
  }
  if (hidden.length > 0) shown.push(quote(`${label}: files not shown`, hidden.join('\n')));
  return shown.join('\n\n');
}
