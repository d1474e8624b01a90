import { secretNameSchema } from '../../src/contract/secret-name.ts';
import { HuxleyError } from '../../src/model/error.ts';

/**
 * Secrets by name, one `NAME=value` a line. Empty lines are passed over; a value may be empty, as that of a secret is which
 * the Environment does not have.
 *
 * @throws HuxleyError `action.input` with the place of a line that is none; no value is in it
 */
export function parseSecrets(text: string): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
    if (line.trim() === '') continue;
    const [, name = '', value = ''] = /^\s*([^=]*?)\s*=(.*)$/.exec(line) ?? [];
    const refuse = (what: string) => {
      throw new HuxleyError(
        'action.input',
        `Line ${index + 1} of the input secrets ${what}`,
        'Write one secret a line: `NAME=${{ secrets.NAME }}`, the name in capital letters, digits and underscores, the value without line breaks.',
      );
    };
    if (!secretNameSchema.safeParse(name).success) refuse('is not NAME=value');
    if (secrets.has(name)) refuse(`names ${name} again`);
    secrets.set(name, value.trim());
  }
  return secrets;
}

/** @throws HuxleyError `action.key` where the workflow gives no such secret, or an empty one */
export function secretOf(secrets: ReadonlyMap<string, string>, name: string, purpose: string): string {
  const value = secrets.get(name) ?? '';
  if (value !== '') return value;
  throw new HuxleyError(
    'action.key',
    `The secret ${name} of ${purpose} is ${secrets.has(name) ? 'empty' : "not among the workflow's `secrets:`"}`,
    `Store it in the Environment the workflow names, and give it to the action there as \`secrets: ${name}=\${{ secrets.${name} }}\`; see docs/operations.md.`,
  );
}
