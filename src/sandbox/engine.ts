import Docker from 'dockerode';

/** How to reach a Docker engine. */
export interface EngineAddress {
  /** A socket's path, or `null` for what the `DOCKER_*` environment variables say. */
  readonly socket: string | null;
}

/** A Docker engine that answers. `release` when done: one that this process started is stopped by its last user. */
export interface Engine extends EngineAddress {
  readonly version: string;
  /** Where it comes from, for people. */
  readonly origin: string;
  release(): void;
  /** Resolves once an engine that `release` has told to stop is gone, or after some seconds; `false` if it is not. */
  ended?(): Promise<boolean>;
}

export function connect({ socket }: EngineAddress): Docker {
  return socket === null ? new Docker() : new Docker({ socketPath: socket });
}

/** Minor number of the oldest API that is spoken here: Docker 20.10's. */
const OLDEST_API = 41;

/** The engine's version, or why it cannot be reached. */
export async function probe(address: EngineAddress): Promise<{ version: string } | { trouble: string }> {
  try {
    const docker = connect(address);
    const { Version, ApiVersion } = await Promise.race([docker.version(), after(5_000)]);
    if (Number(ApiVersion.replace('1.', '')) < OLDEST_API)
      return { trouble: `Docker ${Version} is too old, 20.10 or newer is needed` };
    return { version: Version };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return { trouble: code ?? (error instanceof Error ? error.message : String(error)) };
  }
}

async function after(milliseconds: number): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
  throw new Error(`no answer in ${milliseconds / 1000} s`);
}

/** The engine's HTTP status in an error it answered with, if it did. */
export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number } | null)?.statusCode;
}

export async function hasImage(docker: Docker, reference: string): Promise<boolean> {
  return await isThere(docker.getImage(reference).inspect());
}

export async function hasVolume(docker: Docker, name: string): Promise<boolean> {
  return await isThere(docker.getVolume(name).inspect());
}

async function isThere(look: Promise<unknown>): Promise<boolean> {
  return await look.then(
    () => true,
    (error) => {
      if (statusOf(error) === 404) return false;
      throw error;
    },
  );
}

/** Whether a container that was started runs no more. Throws where the engine does not answer. */
export async function isEnded(container: Docker.Container): Promise<boolean> {
  try {
    return !(await container.inspect()).State.Running;
  } catch (error) {
    if (statusOf(error) === 404) return true;
    throw error;
  }
}
