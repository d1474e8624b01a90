import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { huxleyHome } from '../../environment/home.ts';
import { HuxleyError } from '../../model/error.ts';
import { connect, type EngineAddress, hasImage } from '../engine.ts';
import type { Layer } from '../port.ts';
import { withLock } from '../setup/lock.ts';
import { Holds } from './holds.ts';
import { pullImage } from './pull.ts';
import { Records } from './records.ts';
import { GIGABYTE, type Room, roomOn } from './room.ts';
import { bytesOf, type Kept } from './usage.ts';

export interface ImagesOptions {
  /** Gigabytes (2^30 bytes) that what Huxley pulls and makes may take in all; as many as leave the disk some room by default. */
  readonly diskGB?: number | undefined;
  readonly home?: string;
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Images of an engine, within what they may take of its disk. */
export interface Images {
  /** Pulls an image unless the engine has it. Throws HuxleyError `image.*`, which is the machine's trouble, never a variant's. */
  ready(reference: string): Promise<void>;
  /** Has `work` make an image unless the engine has it. Throws what it throws, and HuxleyError `image.full` or `image.budget`. */
  make(reference: string, kind: Kept['kind'], work: () => Promise<void>): Promise<void>;
  /** Gets an image once more that this process had ready and that was removed since. False where it had none of that name. */
  again(reference: string): Promise<boolean>;
  /** Keeps account of what was made otherwise, or notes its use. */
  keep(reference: string, kind: Kept['kind']): Promise<void>;
  /** As `Sandbox.hold`. */
  hold(image: string | null, layer?: Layer | null): AsyncDisposable;
  /** Removes what was used least where all take more than they may. */
  tidy(): Promise<void>;
}

/** Seconds to wait for another process that gets the same image. */
const PATIENCE_SECONDS = 3_600;
/** Times to get an image that another process removes at once. */
const TRIES = 3;

export function imagesOn(engine: EngineAddress, options: ImagesOptions): Images {
  const { diskGB, home = huxleyHome(), report, signal } = options;
  const docker = connect(engine);
  const records = new Records(docker, home);
  const holds = new Holds(docker, report);
  const limit = diskGB === undefined ? null : diskGB * GIGABYTE;
  const isHere = engine.socket !== null;
  const room = roomOn(docker, records, limit, () => holds.references, isHere ? undefined : async () => null);
  const getters = new Map<string, () => Promise<void>>();
  let over = 0;

  const makeRoom = async (more = 0, spare: readonly string[] = []): Promise<void> => {
    const lock = join(home, 'kept', 'room.lock');
    const made = await withLock(lock, () => room.make(more, new Set(spare)));
    for (const { reference, ...each } of made.gone)
      report(`Removed ${reference}, used least (${inGB(bytesOf({ reference, ...each }))}), to keep within the disk.`);
    if (made.over > 0 && over === 0)
      report(
        `Images in use take ${inGB(made.over)} more than the limit of ${inGB(limit!)}: they stay until they are not.`,
      );
    over = made.over;
  };

  const get = async (reference: string, kind: Kept['kind'], work: () => Promise<void>): Promise<void> => {
    await makeRoom();
    const forget = await records.begin(reference, kind);
    let kept: Kept;
    try {
      await work();
      kept = await records.keep(reference, kind);
    } catch (error) {
      await forget();
      throw error;
    }
    if (limit !== null && bytesOf(kept) > limit) {
      await docker.getImage(reference).remove();
      await forget();
      throw tooLarge(reference, bytesOf(kept), room);
    }
    await makeRoom(0, [reference]);
  };

  const once = async (reference: string, kind: Kept['kind'], work: () => Promise<void>): Promise<void> => {
    getters.set(reference, () => once(reference, kind, work));
    const name = createHash('sha256').update(reference).digest('hex').slice(0, 32);
    for (let tries = 1; tries <= TRIES; tries++) {
      if (await hasImage(docker, reference)) await records.touch(reference);
      else
        await withLock(
          join(home, 'images', `${name}.lock`),
          async () => {
            if (!(await hasImage(docker, reference))) await get(reference, kind, work);
          },
          { seconds: PATIENCE_SECONDS },
        );
      if (await holds.settle(reference)) return;
    }
  };

  return {
    ready: (reference) => once(reference, 'pulled', () => pullImage(docker, reference, { report, signal })),
    make: once,
    async again(reference) {
      const getter = getters.get(reference);
      await getter?.();
      return getter !== undefined;
    },
    async keep(reference, kind) {
      if (await records.touch(reference)) return;
      await records.keep(reference, kind);
      await makeRoom(0, [reference]);
    },
    hold(image, layer = null) {
      const held = [image === null ? null : holds.image(image), layer === null ? null : holds.layer(layer)];
      if (image !== null) void records.touch(image).catch(() => undefined);
      return {
        async [Symbol.asyncDispose]() {
          for (const each of held) await each?.[Symbol.asyncDispose]();
          if (over > 0) await makeRoom();
        },
      };
    },
    tidy: () => makeRoom(),
  };
}

export function inGB(bytes: number): string {
  return `${(bytes / GIGABYTE).toFixed(bytes < GIGABYTE ? 2 : 1)} GB`;
}

function tooLarge(reference: string, bytes: number, { limit }: Room): HuxleyError {
  return new HuxleyError(
    'image.budget',
    `The image ${reference} takes ${inGB(bytes)}, more than the ${inGB(limit!)} that all images may take here`,
    'Raise the limit (HUXLEY_DISK_GB, or the action’s input disk-gb), or leave the task out.',
  );
}
