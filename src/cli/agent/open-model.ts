import type { Endpoint } from '../../gateway/dialect/upstream.ts';
import { HuxleyError } from '../../model/error.ts';

const OPENAI = 'https://api.openai.com/v1';

export interface OpenModel extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** A rehearsal model answers, not a real one; every surface has to say so. */
  readonly rehearsal: boolean;
}

/**
 * The endpoint of the models a command asks for: the rehearsal model started here, or what OPENAI_API_KEY and
 * OPENAI_BASE_URL say.
 *
 * @param baseURL endpoint of the configuration, `null` for OpenAI's own
 * @param seed of the rehearsal
 */
export async function openModel(models: readonly string[], baseURL: string | null, seed = 1): Promise<OpenModel> {
  if (models.includes('rehearsal')) {
    const { startRehearsal } = await import('../../rehearsal/server.ts');
    const rehearsal = await startRehearsal({ seed });
    return {
      endpoint: { baseURL: rehearsal.baseURL, apiKey: 'none' },
      rehearsal: true,
      [Symbol.asyncDispose]: () => rehearsal[Symbol.asyncDispose](),
    };
  }
  const url = process.env.OPENAI_BASE_URL || baseURL || OPENAI;
  const apiKey = process.env.OPENAI_API_KEY ?? '';
  if (apiKey === '' && url === OPENAI)
    throw new HuxleyError(
      'model.key',
      `There is no key for ${models.join(', ')}`,
      'Set OPENAI_API_KEY (and OPENAI_BASE_URL for another endpoint), or use `--model rehearsal`.',
    );
  return {
    endpoint: { baseURL: url, apiKey: apiKey || 'none' },
    rehearsal: false,
    [Symbol.asyncDispose]: async () => {},
  };
}
