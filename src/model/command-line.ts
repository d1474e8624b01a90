/** How Huxley's commands are called: there is no package of that name to install, and `npx huxley` is a stranger's. */
export const CALL = 'npm run -s huxley --';

/** The same from another folder, with Huxley's beside it; paths then mean that folder. */
export const CALL_FROM_BESIDE = CALL.replace('npm ', 'npm --prefix ../huxley ');

/** A command as people can copy it, in backticks: `commandLine('doctor')`. */
export function commandLine(command: string): string {
  return `\`${CALL} ${command}\``;
}
