import { HuxleyError } from '../../model/error.ts';

/** A secret that a configuration names, which local commands find in the environment. */
export function environmentSecret(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new HuxleyError(
    'agent.secret',
    `The secret ${name}, which .github/huxley.yml names, is not set`,
    `Set it in the environment: \`export ${name}=...\`.`,
  );
}
