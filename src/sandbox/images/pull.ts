import type Docker from 'dockerode';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { followed } from '../setup/follow.ts';

interface PullOptions {
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export async function pullImage(docker: Docker, reference: string, { report, signal }: PullOptions): Promise<void> {
  report(`Pulling ${reference}.`);
  try {
    await followed(docker, await docker.pull(reference), signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw new HuxleyError(
      'setup.image',
      `The engine has no image '${reference}', and it cannot be pulled: ${messageOf(error)}`,
      'Name a built-in image (sandbox, polyglot), or one that the engine has or can pull.',
    );
  }
}
