import { type AllowedHost, type NetworkHosts, narrowed, parseHost } from '../../model/network/hosts.ts';
import type { TaskFile } from './format/task-file.ts';

type Phase = keyof NetworkHosts;

/** What a task asks of the network for a phase, and the keys of its file that say so; null for none where it says nothing. */
interface Wish {
  readonly mode: 'no-network' | 'public' | 'allowlist';
  readonly hosts: readonly string[];
  readonly key: readonly PropertyKey[] | null;
}

/** As Harbor has it: the step's own mode, the task's for the phase, the environment's, else open to all. */
function wishOf(file: TaskFile, phase: Phase, at: number): Wish {
  const step = file.steps[at]?.[phase];
  const places = [
    ...(step === undefined ? [] : [{ key: ['steps', at, phase], given: step }]),
    { key: [phase], given: file[phase] },
    { key: ['environment'], given: file.environment },
  ];
  for (const { key, given } of places)
    if (given.network_mode !== undefined)
      return { mode: given.network_mode, hosts: given.allowed_hosts ?? [], key: [...key, 'network_mode'] };
  const { allow_internet: open } = file.environment;
  return {
    mode: open === false ? 'no-network' : 'public',
    hosts: [],
    key: open === undefined ? null : ['environment', 'allow_internet'],
  };
}

function allowedIn(network: NetworkHosts, phase: Phase): readonly AllowedHost[] {
  return network[phase].flatMap((text) => parseHost(text) ?? []);
}

/** What a step's container may reach: what the task asks for and the repository's owner allows. */
export function hostsOf(file: TaskFile, phase: Phase, at: number, network: NetworkHosts): readonly AllowedHost[] {
  const { mode, hosts } = wishOf(file, phase, at);
  const allowed = allowedIn(network, phase);
  if (mode === 'no-network') return [];
  return mode === 'public' ? allowed : narrowed(allowed, hosts).hosts;
}

/** Each host that a task names and the repository's owner does not allow, with the keys that name it. */
export function hostsMissing(file: TaskFile, network: NetworkHosts) {
  const steps = file.steps.length === 0 ? [0] : file.steps.keys();
  return [...steps].flatMap((at) =>
    (['agent', 'verifier'] as const).flatMap((phase) => {
      const { mode, hosts, key } = wishOf(file, phase, at);
      if (mode !== 'allowlist' || key === null) return [];
      const { missing } = narrowed(allowedIn(network, phase), hosts);
      return missing.map((host) => ({ host, phase, key: [...key.slice(0, -1), 'allowed_hosts'] }));
    }),
  );
}

/** What a task asks for in vain, in a sentence; empty where it has what it asks for. */
export function inVain(file: TaskFile, network: NetworkHosts): string {
  const phases = (['agent', 'verifier'] as const).filter(
    (phase) => network[phase].length === 0 && wishOf(file, phase, 0).mode === 'public',
  );
  if (phases.length === 0) return '';
  const [named] = phases.flatMap((phase) => wishOf(file, phase, 0).key?.map(String).join('.') ?? []);
  const asks =
    named === undefined ? 'Its task.toml does not rule the network out' : `It asks for the network (${named})`;
  const keys = phases.map((phase) => `\`benchmark.network.${phase}\``).join(' and ');
  return `${asks}, and ${keys} in .github/huxley.yml ${phases.length > 1 ? 'name' : 'names'} no host: there was none.`;
}
