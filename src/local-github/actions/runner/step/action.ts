import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { HuxleyError } from '../../../../model/error.ts';
import type { Template, TemplateMap } from '../../workflow/model.ts';

/** A JavaScript action, read from its `action.yml`. */
export interface NodeAction {
  readonly directory: string;
  readonly main: string;
  readonly pre: string | null;
  readonly post: string | null;
  readonly postIf: string;
  /** Defaults of its inputs. */
  readonly inputs: Readonly<Record<string, Template>>;
}

export const CHECKOUT = 'actions/checkout';

/** `owner/repository[/path]` of a `uses:`. */
export function actionName(uses: string): string {
  return uses.split('@')[0]!.toLowerCase();
}

/** Finds the directory of the action a step uses, or refuses. */
export function actionDirectory(uses: string, known: Readonly<Record<string, string>>, workspace: string): string {
  if (uses.startsWith('./')) return join(workspace, uses);
  const directory = Object.entries(known).find(([name]) => name.toLowerCase() === actionName(uses))?.[1];
  if (directory !== undefined && uses.includes('@')) return directory;
  const names = [CHECKOUT, ...Object.keys(known)].join(', ');
  throw new HuxleyError(
    'runner.action-unknown',
    `the local runner has no action '${uses}'`,
    `It knows ${names} and directories of the repository (./...).`,
  );
}

export function readAction(directory: string): NodeAction {
  const path = ['action.yml', 'action.yaml'].map((name) => join(directory, name)).find(existsSync);
  if (path === undefined)
    throw new HuxleyError(
      'runner.action-missing',
      `no action.yml in '${directory}'`,
      'Check the repository out before using an action of its own.',
    );
  const document = parse(readFileSync(path, 'utf8')) as {
    inputs?: Record<string, { default?: Template } | null>;
    runs?: TemplateMap;
  };
  const runs = document.runs ?? {};
  if (typeof runs.using !== 'string' || !/^node\d+$/.test(runs.using) || typeof runs.main !== 'string')
    throw new HuxleyError(
      'runner.action-unsupported',
      `${path}: the local runner does not support 'using: ${runs.using}'`,
      'Only JavaScript actions (node24) run here.',
    );
  return {
    directory,
    main: runs.main,
    pre: (runs.pre as string | undefined) ?? null,
    post: (runs.post as string | undefined) ?? null,
    postIf: (runs['post-if'] as string | undefined) ?? 'always()',
    inputs: Object.fromEntries(
      Object.entries(document.inputs ?? {}).map(([name, input]) => [name, input?.default ?? null]),
    ),
  };
}

/** The name of the variable an input arrives in. */
export function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}
