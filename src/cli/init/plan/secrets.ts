import type { Configuration } from '../../../config/schema.ts';
import { namesOf, providerOf } from '../../../contract/settings.ts';

/** Names of the secrets that a configuration's jobs need: of the models' endpoints, and of registries. */
export function secretsOf({ models, agent }: Configuration): readonly string[] {
  const keys = namesOf(models.solve, models.modify, models.diagnose).flatMap((model) => {
    const provider = providerOf(models, model);
    return provider === null ? 'OPENAI_API_KEY' : (provider.key ?? []);
  });
  const registries = (agent.registries ?? []).flatMap((registry) =>
    typeof registry === 'string' ? [] : [registry.token, registry.basic].filter((name) => name !== undefined),
  );
  return [...new Set([...keys, ...registries])];
}
