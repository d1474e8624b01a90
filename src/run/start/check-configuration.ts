import { CONFIGURATION_PATH, formatIssues, readConfiguration } from '../../config/configuration.ts';
import type { Forge } from '../../github/forge.ts';

export const CONFIGURATION_CHECK = 'Huxley configuration';

/** Tells the author of a commit on the default branch what is wrong with the configuration, at its lines. Says nothing when nothing is. */
export async function checkConfiguration(forge: Forge, sha: string): Promise<void> {
  const text = await forge.readFile(CONFIGURATION_PATH, sha);
  if (text === null) return;
  const reading = readConfiguration(text);
  const externalId = `configuration:${sha}`;
  if (reading.ok || (await forge.checks(sha)).some((check) => check.externalId === externalId)) return;
  const { issues } = reading;
  await forge.writeCheck(sha, {
    name: CONFIGURATION_CHECK,
    externalId,
    title: `${issues.length} ${issues.length === 1 ? 'issue' : 'issues'} in ${CONFIGURATION_PATH}`,
    summary: `No run can start until this is fixed:\n\n\`\`\`text\n${formatIssues(issues).replaceAll('```', "'''")}\n\`\`\``,
    text: 'docs/configuration.md explains every key.',
    conclusion: 'failure',
    annotations: issues.map(({ line, path, message }) => ({
      path: CONFIGURATION_PATH,
      line,
      message: path ? `${path}: ${message}` : message,
    })),
  });
}
