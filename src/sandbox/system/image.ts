import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { HuxleyError, messageOf } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import { statusOf } from '../engine.ts';
import type { ImageSettings } from '../port.ts';
import { followed } from '../setup/follow.ts';
import { packFiles } from '../tar.ts';

/** As `Sandbox.build`, of an image that the engine does not have. */
export async function buildImage(
  docker: Docker,
  reference: string,
  context: readonly FileEntry[],
  seconds: number,
  report: (line: string) => void,
): Promise<void> {
  report(`Building the image ${reference}.`);
  const tar = await packFiles([{ folder: '', files: context, folderMode: 0o755 }]);
  const late = AbortSignal.timeout(seconds * 1000);
  try {
    const stream = await docker.buildImage(Readable.from(tar, { objectMode: false }), {
      t: reference,
      rm: true,
      forcerm: true,
    });
    await followed(docker, stream, late);
  } catch (error) {
    throw new HuxleyError(
      'sandbox.build',
      `The image ${reference} cannot be built: ${late.aborted ? `it took more than ${seconds} s` : messageOf(error).slice(-1_500)}`,
      'Run `docker build` on its folder to see why.',
      { cause: error },
    );
  }
}

/** As `Sandbox.settings`. @throws HuxleyError `sandbox.image` */
export async function imageSettings(docker: Docker, image: string): Promise<ImageSettings> {
  try {
    const { Config } = await docker.getImage(image).inspect();
    const path = (Config?.Env ?? []).find((variable) => variable.startsWith('PATH='));
    return {
      workdir: Config?.WorkingDir || '/',
      user: Config?.User || 'root',
      path: (path?.slice('PATH='.length) ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin').split(':'),
    };
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    throw new HuxleyError(
      'sandbox.image',
      `The engine has no image '${image}'`,
      'Build it, or let the engine pull it.',
      {
        cause: error,
      },
    );
  }
}
