import { z } from 'zod';

/** What a secret is called: in the repository's Environment, in the action's input `secrets`, and as a variable of a terminal. */
export const secretNameSchema = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]*$/, 'the name of a secret: capital letters, digits and underscores');
