import { HuxleyError } from '../model/error.ts';
import type { PolicySpec } from '../model/event.ts';
import { bestOfN } from './policies/best-of-n.ts';
import { dgm } from './policies/dgm.ts';
import { greedy } from './policies/greedy.ts';
import { hgm } from './policies/hgm.ts';
import { hgmReleased } from './policies/hgm-released.ts';
import { huxley } from './policies/huxley/huxley.ts';
import type { Param, Policy, PolicyKind } from './policies/policy.ts';
import { random } from './policies/random.ts';
import { sica } from './policies/sica.ts';

/** Every policy there is, the default first. */
export const POLICIES: readonly PolicyKind[] = [huxley, hgm, hgmReleased, dgm, sica, greedy, random, bestOfN];

/**
 * A policy by name, with every parameter settled.
 * Throws HuxleyError `policy.unknown`, `policy.parameter` (unknown name) or `policy.range`.
 */
export function createPolicy(name: string, params: Readonly<Record<string, number>> = {}): Policy {
  const kind = findPolicy(name);
  return kind.create(settle(kind, params));
}

/**
 * `name:param=value:param=value`, checked against the policy's parameters.
 * Throws HuxleyError `policy.unknown`, `policy.parameter` or `policy.range`.
 */
export function parsePolicy(text: string): PolicySpec {
  const [name, ...settings] = text.split(':');
  const params = Object.fromEntries(
    settings.map((setting) => {
      const [key, value] = setting.split('=');
      if (key && value !== undefined && value !== '' && Number.isFinite(Number(value))) return [key, Number(value)];
      throw new HuxleyError(
        'policy.parameter',
        `'${setting}' in '${text}' isn’t a parameter.`,
        'Write policy:param=value, e.g. hgm:alpha=0.75.',
      );
    }),
  );
  createPolicy(name!, params);
  return { name: name!, params };
}

/**
 * The policy a run was started with. Parameters that it has got since take the values they were without, where there are
 * such, else their defaults: `standInsText` says which.
 */
export function policyOf({ name, params }: PolicySpec): Policy {
  const kind = findPolicy(name);
  return kind.create(settle(kind, params, (param) => param.legacyValue ?? param.default));
}

/** Which parameters a run was started without, because its policy had none of that name then, and what stands in for them; null for none. */
export function standInsText(spec: PolicySpec): string | null {
  const missing = Object.entries(policyOf(spec).spec.params).filter(
    ([name]) => !(name in underNewNames(findPolicy(spec.name), spec.params)),
  );
  if (missing.length === 0) return null;
  const values = missing.map(([name, value]) => `${name} = ${value}`).join(', ');
  return `The run began before policy ${spec.name} had all of its parameters; for those it goes on with ${values}.`;
}

function findPolicy(name: string): PolicyKind {
  const kind = POLICIES.find((policy) => policy.name === name);
  if (kind) return kind;
  const names = POLICIES.map((policy) => policy.name).join(', ');
  throw new HuxleyError('policy.unknown', `There is no policy called '${name}'.`, `Use one of: ${names}.`);
}

function settle(
  kind: PolicyKind,
  params: Readonly<Record<string, number>>,
  otherwise: (param: Param) => number = (param) => param.default,
): Record<string, number> {
  const given = underNewNames(kind, params);
  for (const name of Object.keys(given)) {
    if (kind.params.some((param) => param.name === name)) continue;
    const names = kind.params.map((param) => param.name).join(', ');
    throw new HuxleyError('policy.parameter', `Policy ${kind.name} has no parameter '${name}'.`, `It has: ${names}.`);
  }
  return Object.fromEntries(
    kind.params.map((param) => [param.name, check(kind, param, given[param.name] ?? otherwise(param))]),
  );
}

/** Values by the names that parameters have now. */
function underNewNames(kind: PolicyKind, params: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const nameOf = (name: string) => kind.params.find(({ formerName }) => formerName === name)?.name ?? name;
  const twice = Object.keys(params).find((name) => nameOf(name) !== name && nameOf(name) in params);
  if (twice !== undefined)
    throw new HuxleyError(
      'policy.parameter',
      `Policy ${kind.name}: '${twice}' is a former name of '${nameOf(twice)}', and both are given.`,
      `Leave '${twice}' out.`,
    );
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [nameOf(name), value]));
}

function check(kind: PolicyKind, param: Param, value: number): number {
  const whole = param.integer !== true || Number.isInteger(value);
  if (value >= param.min && value <= param.max && whole) return value;
  throw new HuxleyError(
    'policy.range',
    `Policy ${kind.name}: ${param.name} is ${value}, which is out of range.`,
    `${param.name} (${param.meaning}) is ${param.integer ? 'a whole number' : 'a number'} from ${param.min} to ${param.max}; the default is ${param.default}.`,
  );
}
