import { type ModelsConfig, refOf } from '../../contract/settings.ts';
import type { Endpoint } from '../../gateway/dialect/upstream.ts';
import { type Endpoints, endpointsOf } from '../../job/endpoints.ts';
import { HuxleyError } from '../../model/error.ts';

const OPENAI = 'https://api.openai.com/v1';

export interface OpenModel extends AsyncDisposable {
  readonly endpoints: Endpoints;
  /** A rehearsal model answers, not a real one; every surface has to say so. */
  readonly rehearsal: boolean;
}

/**
 * The endpoints of the models a command asks for. The default one is the rehearsal model started here, or what OPENAI_API_KEY and
 * OPENAI_BASE_URL say; the keys of others are the variables that the configuration names.
 *
 * @param seed of the rehearsal
 * @throws HuxleyError `model.key` without a key
 */
export async function openModel(asked: readonly string[], models: ModelsConfig, seed = 1): Promise<OpenModel> {
  await using stack = new AsyncDisposableStack();
  let rehearsal: Endpoint | null = null;
  if (asked.includes('rehearsal') && refOf(models, 'rehearsal') === 'rehearsal') {
    const { startRehearsal } = await import('../../rehearsal/server.ts');
    rehearsal = { baseURL: stack.use(await startRehearsal({ seed })).baseURL, apiKey: 'none' };
  }
  const endpoints = endpointsOf(models, asked, {
    defaultEndpoint: () => rehearsal ?? defaultEndpoint(asked, models.baseURL),
    secret: (name, provider) => process.env[name] || noKey(`provider ${provider}`, `Set ${name}.`),
  });
  const owned = stack.move();
  return { endpoints, rehearsal: rehearsal !== null, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function defaultEndpoint(asked: readonly string[], configured: string | null): Endpoint {
  const baseURL = process.env.OPENAI_BASE_URL || configured || OPENAI;
  const apiKey = process.env.OPENAI_API_KEY ?? '';
  if (apiKey === '' && baseURL === OPENAI)
    noKey(
      asked.join(', '),
      'Set OPENAI_API_KEY (and OPENAI_BASE_URL for another endpoint), or use `--model rehearsal`.',
    );
  return { baseURL, apiKey: apiKey || 'none' };
}

function noKey(whose: string, remedy: string): never {
  throw new HuxleyError('model.key', `There is no key for ${whose}`, remedy);
}
