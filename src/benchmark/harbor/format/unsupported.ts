import type { HuxleyError } from '../../../model/error.ts';
import type { NetworkHosts } from '../../../model/network/hosts.ts';
import { hostsMissing } from '../network.ts';
import { refusal, type TaskFile } from './task-file.ts';

type Need = readonly [key: readonly PropertyKey[], why: string, remedy: string];

const LEAVE_OUT = 'Leave the task out for now: move it out of the folder, or name it with an underscore in front.';

/** What a task needs and does not get here, each with its key; empty for one that can run. */
function needsOf(file: TaskFile, network: NetworkHosts): Need[] {
  const { environment, verifier, solution, steps } = file;
  const needs: Need[] = [];
  const need = (present: boolean, key: readonly PropertyKey[], why: string, remedy = LEAVE_OUT) => {
    if (present) needs.push([key, why, remedy]);
  };
  need(environment.os === 'windows', ['environment', 'os'], 'Windows containers are not run');
  need((environment.gpus ?? 0) > 0, ['environment', 'gpus'], 'containers have no GPU');
  need(environment.tpu !== undefined, ['environment', 'tpu'], 'containers have no TPU');
  need(environment.mcp_servers.length > 0, ['environment', 'mcp_servers'], 'MCP servers are not given to agents');
  need(environment.skills_dir !== undefined, ['environment', 'skills_dir'], 'skills are not given to agents');
  need(environment.healthcheck !== undefined, ['environment', 'healthcheck'], 'no service of the image is started');
  const verifiers = [
    { path: ['verifier'], given: verifier },
    ...steps.map((step, at) => ({ path: ['steps', at, 'verifier'], given: step.verifier })),
  ];
  for (const { path, given } of verifiers) {
    need(
      given.environment_mode === 'separate' || given.environment !== undefined,
      [...path, given.environment_mode === 'separate' ? 'environment_mode' : 'environment'],
      'verifiers of an environment of their own are not run yet',
    );
    need(given.collect.length > 0, [...path, 'collect'], 'nothing is collected before the verifier runs');
  }
  for (const [at, { healthcheck }] of steps.entries())
    need(healthcheck !== undefined, ['steps', at, 'healthcheck'], 'no service of the image is started');
  for (const { host, phase, key } of hostsMissing(file, network))
    need(
      true,
      key,
      `${host} is not among the hosts of \`benchmark.network.${phase}\``,
      'Add it there, in .github/huxley.yml, where such tasks may reach it, or leave the task out.',
    );
  const variables = [
    { path: ['environment'], env: environment.env },
    ...verifiers.map(({ path, given }) => ({ path, env: given.env })),
    { path: ['solution'], env: solution.env },
  ];
  for (const { path, env } of variables)
    for (const [name, value] of Object.entries(env))
      need(
        withDefaults(value) === null,
        [...path, 'env', name],
        `'${value}' needs a variable of the machine, and none are passed on`,
        'Give it a default, as in ${NAME:-value}, or leave the task out.',
      );
  return needs;
}

/** A variable's value with each `${NAME:-default}` as its default; `null` where one has none. */
export function withDefaults(value: string): string | null {
  if (/\$\{\w+\}/.test(value)) return null;
  return value.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
}

/** The first thing that a task needs and does not get here, as an error with file, line and key; `null` for one that can run. */
export function unsupported(path: string, text: string, file: TaskFile, network: NetworkHosts): HuxleyError | null {
  const [first] = needsOf(file, network);
  return first === undefined ? null : refusal(path, text, ...first);
}
