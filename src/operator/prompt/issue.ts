/**
 * The issue text the agent is handed in modify mode.
 *
 * @param title one line, from the diagnosis
 * @param proposal from the diagnosis
 */
export function issueText(title: string, proposal: string): string {
  return `# ${title.replaceAll(/\s+/g, ' ').trim()}

The workspace holds the source code of a coding agent: your own. Carry out the change described below in it.

${proposal.trim()}

## Conditions
- Make the smallest complete change. Keep to the style of the code around it.
- Keep what works: the agent must still start, and its own tests must pass. Add or adapt tests where the change calls for it.
- Leave alone: .github, dependency manifests and lock files, and anything about benchmarks or how the agent is measured.
- Text files only; no links, no binary files.
`;
}
