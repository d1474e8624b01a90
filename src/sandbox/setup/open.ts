import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../../environment/project.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { dockerSandbox } from '../docker.ts';
import type { Engine } from '../engine.ts';
import { connect, hasImage } from '../engine.ts';
import type { Sandbox } from '../port.ts';
import { ensureEngine, type SetupOptions } from './engine.ts';
import { followed } from './follow.ts';
import { ensureImage, type ImageOptions } from './image.ts';

/** A sandbox ready for work. Dispose of it when done: an engine that was started for it is then stopped. */
export interface OpenSandbox extends Disposable {
  readonly sandbox: Sandbox;
  readonly engine: Engine;
  /** The reference of an image: one of ours by name, built if need be, or any other, pulled if need be. */
  image(name: string): Promise<string>;
}

/** An engine, installed and started if need be, freed of what dead processes of ours left on it. */
export async function openSandbox(
  options: SetupOptions & ImageOptions & { readonly runtime?: string; readonly layers?: string | undefined },
): Promise<OpenSandbox> {
  const engine = await ensureEngine(options);
  const sandbox = dockerSandbox(engine, options);
  try {
    const leftovers = await sandbox.sweep();
    if (leftovers > 0) options.report(`Removed ${leftovers} container(s) that an ended process had left behind.`);
  } catch (error) {
    engine.release();
    throw error;
  }
  return {
    sandbox,
    engine,
    image: (name) =>
      existsSync(join(options.root ?? projectPath('docker'), name, 'image.json'))
        ? ensureImage(engine, name, options)
        : foreignImage(engine, name, options),
    [Symbol.dispose]: () => engine.release(),
  };
}

async function foreignImage(engine: Engine, reference: string, { mayInstall, report }: ImageOptions): Promise<string> {
  const docker = connect(engine);
  if (await hasImage(docker, reference)) return reference;
  const absent = (why: string) =>
    new HuxleyError(
      'setup.image',
      `The engine has no image '${reference}'${why}`,
      'Name a built-in image (sandbox, polyglot), or one that the engine has or can pull.',
    );
  if (mayInstall === false) throw absent(', and nothing may be fetched (--no-install)');
  report(`Pulling ${reference}.`);
  await docker
    .pull(reference)
    .then((stream) => followed(docker, stream))
    .catch((error) => {
      throw absent(`, and it cannot be pulled: ${messageOf(error)}`);
    });
  return reference;
}
