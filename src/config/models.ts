import { z } from 'zod';
import { secretNameSchema } from '../contract/secret-name.ts';
import { type ModelsConfig, modelSets, namesOf } from '../contract/settings.ts';
import { APIS } from '../model/limits/api.ts';

const name = z.string().min(1);
const A_MODEL = 'a model is its name, or `{ provider: NAME, model: NAME }`';

/** A model of the default endpoint by its name, or one of a provider's. */
export const modelSchema = z.union([name, z.strictObject({ provider: name, model: name })], { error: A_MODEL });

/** One model, or a list of them. */
export const modelsSchema = z.union([...modelSchema.options, z.array(modelSchema).min(1).max(8)], {
  error: `${A_MODEL}; a list has 1 to 8 of these`,
});

/** The same, or a list of which an expansion takes one part: one that has a list in it. */
export const modelSetsSchema = z.union(
  [
    ...modelSchema.options,
    z
      .array(z.union([...modelSchema.options, z.array(modelSchema).min(1).max(8)]))
      .min(1)
      .max(8),
  ],
  { error: `${A_MODEL}; a list has 1 to 8 of these, or of lists of these` },
);

const api = z.enum(APIS);

/** Endpoints besides the default one, by names of the owner's. */
export const providersSchema = z.record(
  z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'letters, digits, `.`, `_` and `-`, 64 at most'),
  z.strictObject({
    baseURL: z.url({ protocol: /^https?$/ }),
    key: secretNameSchema.optional(),
    api: z
      .union([api, z.array(api).min(1)], { error: `one of ${APIS.map((each) => `\`${each}\``).join(', ')}, or a list` })
      .optional(),
  }),
);

type Models = Pick<ModelsConfig, 'solve' | 'modify' | 'diagnose'> & { readonly providers: object };

/** Refuses a provider nobody configured, a model of two (an agent asks by the model's name alone), and two lists that begin alike. */
export function checkModels({ solve, modify, diagnose, providers }: Models, context: z.RefinementCtx): void {
  const refuse = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
  const owners = new Map<string, string | null>();
  const look = (refs: Models['modify'], path: PropertyKey[]): void => {
    if (Array.isArray(refs)) {
      for (const [index, part] of refs.entries()) look(part, [...path, index]);
      return;
    }
    const { provider, model } = typeof refs === 'string' ? { provider: null, model: refs } : (refs as NamedRef);
    if (provider !== null && !Object.hasOwn(providers, provider))
      refuse([...path, 'provider'], `no provider is called '${provider}': add it under \`models.providers\``);
    const owner = owners.get(model);
    owners.set(model, owner === undefined ? provider : owner);
    if (owner !== undefined && owner !== provider)
      refuse(
        path,
        `'${model}' is a model of ${called(owner)} and of ${called(provider)}, and agents ask by its name alone: choose one of the two`,
      );
  };
  for (const [key, refs] of Object.entries({ solve, modify, diagnose })) look(refs, [key]);
  const firsts = modelSets(modify).map(([first]) => namesOf(first!)[0]!);
  const twice = firsts.find((name, at) => firsts.indexOf(name) !== at);
  if (twice !== undefined)
    refuse(['modify'], `'${twice}' comes first in two of the lists: expansions are distinguished by it`);
}

type NamedRef = z.output<(typeof modelSchema.options)[1]>;

const called = (provider: string | null) => (provider === null ? 'the default endpoint' : `provider '${provider}'`);
