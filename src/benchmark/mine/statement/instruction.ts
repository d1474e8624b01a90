import type { Answer } from './answer.ts';

/** The statement of a task, with what a solution needs to know that the words do not say. */
export function instructionOf(
  text: string,
  { asked }: Pick<Answer, 'asked'>,
  { root, solution }: { readonly root: string; readonly solution: readonly string[] | null },
): string {
  const parts = [text];
  if (asked.length > 0)
    parts.push(
      `Names that do not exist yet and must be as they are here: ${asked.map((name) => `\`${name}\``).join(', ')}.`,
    );
  if (root !== '') parts.push(`The repository lies in \`${root}\`.`);
  if (solution !== null)
    parts.push(
      `What counts is in these files: ${solution.map((path) => `\`${path}\``).join(', ')}. Hidden tests check it.`,
    );
  return `${parts.join('\n\n')}\n`;
}
