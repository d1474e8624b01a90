import type { Snapshot, Store } from './store.ts';

interface Step {
  line: string;
  before: Snapshot;
  after: Snapshot;
}

const DEEPEST = 100;
const histories = new WeakMap<Store, { undo: Step[]; redo: Step[] }>();

/** Runs one line and says what happened. */
export function run(store: Store, line: string): string {
  const history = histories.get(store) ?? { undo: [], redo: [] };
  histories.set(store, history);
  const text = line.trim();
  if (text === 'undo' || text === 'redo') {
    const step = history[text].pop();
    if (!step) return `nothing to ${text}`;
    store.restore(text === 'undo' ? step.before : step.after);
    history[text === 'undo' ? 'redo' : 'undo'].push(step);
    return `${text === 'undo' ? 'undone' : 'redone'}: ${step.line}`;
  }
  const before = store.snapshot();
  const said = change(store, text);
  const after = store.snapshot();
  if (JSON.stringify(before) !== JSON.stringify(after)) {
    history.undo.push({ line: text, before, after });
    if (history.undo.length > DEEPEST) history.undo.shift();
    history.redo = [];
  }
  return said;
}

function change(store: Store, line: string): string {
  const [command, ...rest] = line.split(' ');
  const text = rest.join(' ');
  if (command === 'add') {
    if (text === '') return 'nothing to add';
    store.entries.push({ text, done: false });
    return `added: ${text}`;
  }
  const entry = store.entries[Number(text) - 1];
  if (command === 'done') {
    if (!entry) return `no entry ${text}`;
    entry.done = true;
    return `done: ${entry.text}`;
  }
  if (command === 'drop') {
    if (!entry) return `no entry ${text}`;
    store.entries.splice(Number(text) - 1, 1);
    return `dropped: ${entry.text}`;
  }
  return `unknown command ${command}`;
}
