/** How Huxley's commands are called from a checkout; the package's build puts its own call here (`PACKAGE_CALL`). */
export const CALL = 'npm run -s huxley --';

/** From an installed package; `npx huxley` is a stranger's. */
export const PACKAGE_CALL = 'npx huxley-evolve';

/** The same from another folder, with Huxley's beside it; paths then mean that folder. */
export const CALL_FROM_BESIDE = CALL.replace('npm ', 'npm --prefix ../huxley ');

/** A command as people can copy it, in backticks: `commandLine('doctor')`. */
export function commandLine(command: string): string {
  return `\`${CALL} ${command}\``;
}
