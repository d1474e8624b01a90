import type { Readable } from 'node:stream';
import type Docker from 'dockerode';

/** A line of an engine's progress. */
export interface EngineEvent {
  readonly id?: string;
  readonly status?: string;
  readonly stream?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

/**
 * Waits for the end of an engine's progress stream; throws what it reports as an error, with the last lines before it. An
 * aborted signal hangs up, which ends the engine's work.
 */
export async function followed(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  signal?: AbortSignal,
  onEvent: (event: EngineEvent) => void = () => undefined,
): Promise<void> {
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const hangUp = () => {
      (stream as Readable).destroy();
      reject(signal!.reason);
    };
    if (signal?.aborted) return hangUp();
    signal?.addEventListener('abort', hangUp, { once: true });
    const finish = (error: Error | null) =>
      error ? reject(new Error([...lines.slice(-6), error.message].join(' / '))) : resolve();
    docker.modem.followProgress(stream, finish, (event: EngineEvent) => {
      onEvent(event);
      if (event.stream?.trim()) lines.push(event.stream.trim());
      if (event.error) finish(new Error(event.error));
    });
  });
}
