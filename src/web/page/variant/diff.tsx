import { useMemo } from 'preact/hooks';
import { Diff, type FileData, Hunk, markEdits, parseDiff, tokenize } from 'react-diff-view';
import { count } from '../parts/figures.ts';

/** Lines that a file's change is shown with at once; more are folded. */
const SHOWN_LINES = 400;
/** Lines in which the parts that changed are marked; finding them takes long in more. */
const MARKED_LINES = 200;

/** A unified diff, file by file. */
export function DiffView({ text }: { readonly text: string }) {
  const files = useMemo(() => parsed(text), [text]);
  if (text.trim() === '') return <p>Nothing differs.</p>;
  if (files === null) return <pre class="text">{text}</pre>;
  return (
    <div class="diffs">
      {files.map((file, place) => (
        <File key={place} file={file} />
      ))}
    </div>
  );
}

function File({ file }: { readonly file: FileData }) {
  const changes = file.hunks.flatMap(({ changes }) => changes);
  const added = changes.filter(({ type }) => type === 'insert').length;
  const removed = changes.filter(({ type }) => type === 'delete').length;
  const tokens = useMemo(
    () =>
      changes.length <= MARKED_LINES && changes.every(({ content }) => content.length < 1_000)
        ? tokenize(file.hunks, { enhancers: [markEdits(file.hunks, { type: 'block' })] })
        : null,
    [file],
  );
  const name = file.type === 'delete' ? file.oldPath : file.newPath;
  return (
    <details open={changes.length <= SHOWN_LINES}>
      <summary>
        <code class="text">{file.type === 'rename' ? `${file.oldPath} → ${name}` : name}</code>{' '}
        {file.type !== 'modify' && <span class="state">{file.type}</span>} <span class="added">+{added}</span>{' '}
        <span class="removed">−{removed}</span>
      </summary>
      {changes.length === 0 ? (
        <p>{file.isBinary ? 'A binary file.' : 'No line differs.'}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        <section class="scroll" tabIndex={0} aria-label={`${name}: ${count(changes.length, 'line')}`}>
          <Diff viewType="unified" diffType={file.type} hunks={file.hunks} tokens={tokens}>
            {(hunks) => hunks.map((hunk) => <Hunk key={hunk.content} hunk={hunk} />)}
          </Diff>
        </section>
      )}
    </details>
  );
}

/** Null where it is no diff that can be read as one. */
function parsed(text: string): readonly FileData[] | null {
  try {
    const files = parseDiff(text, { nearbySequences: 'zip' });
    return files.length > 0 && files.every(({ hunks }) => Array.isArray(hunks)) ? files : null;
  } catch {
    return null;
  }
}
