import { z } from 'zod';
import { HuxleyError, sentence } from '../model/error.ts';

/** How a deployment is watched, and what its accounts may use. */
export interface OperationSettings {
  /** A listener of its own for `/metrics`; null for none. */
  readonly metricsAt: { readonly port: number; readonly host: string } | null;
  /** Who may read `/metrics` beside the webhooks; null where nobody may. */
  readonly metricsToken: string | null;
  /** The file of what accounts may use; null for no limits. */
  readonly limitsPath: string | null;
}

const schema = z.object({
  HUXLEY_METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  HUXLEY_METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  HUXLEY_LIMITS: z.string().optional(),
  HUXLEY_METRICS_TOKEN: z.string().min(24, 'is weak: use at least 24 random characters').optional(),
});

/** @throws HuxleyError `environment.invalid`, which names everything that is wrong and no value */
export function readOperationSettings(env: Readonly<Record<string, string | undefined>>): OperationSettings {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(present);
  if (!parsed.success)
    throw new HuxleyError(
      'environment.invalid',
      sentence(
        `The environment is not valid: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`,
      ),
      'Set these variables as docs/operations.md says, or leave them out.',
    );
  const { HUXLEY_METRICS_PORT: port, HUXLEY_METRICS_HOST: host, HUXLEY_METRICS_TOKEN, HUXLEY_LIMITS } = parsed.data;
  return {
    metricsAt: port === undefined ? null : { port, host },
    metricsToken: HUXLEY_METRICS_TOKEN ?? null,
    limitsPath: HUXLEY_LIMITS ?? null,
  };
}
