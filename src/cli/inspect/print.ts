import { visible } from '../../report/text/text.ts';
import type { Inspection } from '../../run/inspect.ts';

/** An inspection for people: causes first. */
export function inspectionText({
  repository,
  run,
  status,
  entries,
  lastEntryAt,
  lease,
  documents,
  jobs,
  next,
  causes,
  gitHub,
}: Inspection): string {
  const held =
    lease === null
      ? 'none'
      : `${lease.holder}, ${lease.secondsLeft > 0 ? 'for' : 'over since'} ${Math.abs(Math.round(lease.secondsLeft))} s`;
  const kinds = new Map<string, number>();
  for (const { name, state } of documents) {
    const kind = `${name.replace(/\/.*/, '')}${state === 'ok' ? '' : ` (${state})`}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return `${[
    `${repository} ${run}: ${status}, ${entries} journal entries, the last at ${lastEntryAt}`,
    `Lease: ${held}`,
    `GitHub: ${gitHub}`,
    '',
    causes.length === 0 ? 'No problems found.' : 'Problems:',
    ...causes.flatMap(({ kind, text, remedy }) => [`✗ ${kind}: ${text}`, `    → ${remedy}`]),
    '',
    jobs.length === 0 ? 'In flight: nothing' : 'In flight:',
    ...jobs.map(({ job, what, state, attempt, onGitHub, url }) =>
      [
        `  ${job}: ${what}; ${state}`,
        ...(attempt === null ? [] : [`attempt ${attempt}`]),
        ...(onGitHub === null ? [] : [onGitHub]),
        ...(url === null ? [] : [url]),
      ].join(', '),
    ),
    '',
    next.length === 0 ? 'Next: nothing' : 'Next:',
    ...next.map((each) => `  ${each}`),
    '',
    `Documents: ${[...kinds].map(([kind, n]) => (n === 1 ? kind : `${kind} × ${n}`)).join(', ')}`,
  ]
    .map((line) => visible(line).replaceAll('\n', ' '))
    .join('\n')}\n`;
}
