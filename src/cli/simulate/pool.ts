import { Worker } from 'node:worker_threads';
import type { Chunk, ChunkDone } from './worker.ts';

/** Runs chunks on worker threads, in order, and tells of each as it ends. Rejects with the first worker's error. */
export async function runChunks(
  chunks: readonly Chunk[],
  threads: number,
  done: (result: ChunkDone) => void,
): Promise<void> {
  const queue = chunks.values();
  const workers: Worker[] = [];
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url));
      workers.push(worker);
      const next = () => {
        const { value, done: ended } = queue.next();
        if (ended) resolve();
        else worker.postMessage(value);
      };
      worker.on('message', (result: ChunkDone) => {
        done(result);
        next();
      });
      worker.on('error', reject);
      next();
    });
  try {
    await Promise.all(Array.from({ length: Math.min(threads, chunks.length) }, work));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
