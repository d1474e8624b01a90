const INSTRUCTIONS = ['[skip ci]', '[ci skip]', '[no ci]', '[skip actions]', '[actions skip]'];
const TRAILER = /\n[ \t]*\n[ \t]*\n(?:[^\n]+\n)*skip-checks:[ \t]*true\s*$/i;

/** Whether a commit message ends in the trailer `skip-checks: true`, after two empty lines: no check suite is asked for. */
export function skipsChecks(message: string): boolean {
  return TRAILER.test(message);
}

/**
 * Whether a commit message asks GitHub not to run `push` and `pull_request` workflows: an instruction in brackets
 * anywhere, or `skip-checks: true` as the last trailer, the trailers after two empty lines.
 * Source: "Skipping workflow runs" in the GitHub Actions documentation.
 */
export function skipsWorkflows(message: string): boolean {
  return INSTRUCTIONS.some((instruction) => message.includes(instruction)) || skipsChecks(message);
}
