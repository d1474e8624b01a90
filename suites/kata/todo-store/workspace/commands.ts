import type { Store } from './store.ts';

/** Runs one line and says what happened. */
export function run(store: Store, line: string): string {
  const [command, ...rest] = line.trim().split(' ');
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
