import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../../environment/project.ts';
import { HuxleyError } from '../../model/error.ts';
import { dockerSandbox } from '../docker.ts';
import type { Engine } from '../engine.ts';
import { connect, hasImage } from '../engine.ts';
import { type Images, imagesOn } from '../images/images.ts';
import type { Sandbox } from '../port.ts';
import { ensureEngine, type SetupOptions } from './engine.ts';
import { ensureImage, type ImageOptions } from './image.ts';

/** A sandbox ready for work. Dispose of it when done: an engine that was started for it is then stopped. */
export interface OpenSandbox extends Disposable {
  readonly sandbox: Sandbox;
  readonly engine: Engine;
  readonly images: Images;
  /** The reference of an image: one of ours by name, built if need be, or any other, pulled if need be. */
  image(name: string): Promise<string>;
}

/** An engine, installed and started if need be, freed of what dead processes of ours left on it. */
export async function openSandbox(
  options: SetupOptions &
    ImageOptions & {
      readonly runtime?: string;
      readonly layers?: string | undefined;
      /** Gigabytes that images and layers may take in all; as many as leave the disk some room by default. */
      readonly diskGB?: number | undefined;
    },
): Promise<OpenSandbox> {
  const engine = await ensureEngine(options);
  const images = imagesOn(engine, options);
  const sandbox = dockerSandbox(engine, { ...options, images });
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
    images,
    image: async (name) => {
      if (!existsSync(join(options.root ?? projectPath('docker'), name, 'image.json')))
        return await foreignImage(engine, images, name, options);
      const reference = await ensureImage(engine, name, options);
      await images.tidy();
      return reference;
    },
    [Symbol.dispose]: () => engine.release(),
  };
}

async function foreignImage(engine: Engine, images: Images, reference: string, { mayInstall }: ImageOptions) {
  if (mayInstall === false && !(await hasImage(connect(engine), reference)))
    throw new HuxleyError(
      'setup.image',
      `The engine has no image '${reference}', and nothing may be fetched (--no-install)`,
      'Name a built-in image (sandbox, polyglot), or one that the engine has or can pull.',
    );
  await images.ready(reference);
  return reference;
}
