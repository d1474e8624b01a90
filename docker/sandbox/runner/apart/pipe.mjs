// Lines over a pair of blocking pipes.
import { readSync, writeSync } from 'node:fs';

const MOST = 64 * 1024 * 1024;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** The engine's pipes may be non-blocking: what is not there yet, or does not fit yet, is waited for. */
export function insist(work) {
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 5);
    }
  }
}

export function writer(fd) {
  return (text) => {
    let rest = Buffer.from(`${text}\n`);
    while (rest.length > 0) rest = rest.subarray(insist(() => writeSync(fd, rest)));
  };
}

/** Gives a line at each call, waiting for it. `ended` makes the error of there being no more. */
export function reader(fd, ended) {
  const chunk = Buffer.alloc(1 << 16);
  let parts = [];
  let size = 0;
  let rest = Buffer.alloc(0);
  return () => {
    for (;;) {
      const end = rest.indexOf(10);
      if (end !== -1) {
        const line = Buffer.concat([...parts, rest.subarray(0, end)]).toString('utf8');
        rest = rest.subarray(end + 1);
        parts = [];
        size = 0;
        return line;
      }
      parts.push(rest);
      size += rest.length;
      if (size > MOST) throw ended();
      let read = 0;
      try {
        read = insist(() => readSync(fd, chunk, 0, chunk.length, null));
      } catch {}
      if (read === 0) throw ended();
      rest = Buffer.from(chunk.subarray(0, read));
    }
  };
}
