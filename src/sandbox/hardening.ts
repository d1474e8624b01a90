import { readFileSync } from 'node:fs';
import type { ContainerCreateOptions, MountSettings } from 'dockerode';
import { projectPath } from '../environment/project.ts';
import { type ContainerSpec, RUNTIME, type Tmpfs } from './port.ts';

/** The unprivileged user everything untrusted runs as. */
export const WORKER = '1000:1000';
/** Containers end by themselves after this long, even when nobody is left to end them. */
const LIFETIME_SECONDS = 8 * 3600;
export const OWNER_LABEL = 'huxley.owner';
const PURPOSE_LABEL = 'huxley.purpose';

/** What root needs to change files and users of an image as its installers would: no devices, no mounts, no network, no limits. */
const SYSTEM = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'SETGID', 'SETUID'];

/** What root needs to start processes of the worker user and to read what those leave. The worker user can get at none of it. */
const APART = ['SETUID', 'SETGID', 'DAC_OVERRIDE'];

/**
 * System calls that are allowed: what programs need, without what shows or steers the memory that all containers share, makes
 * namespaces, looks into processes, or talks to the kernel in a way few programs do.
 */
const SECCOMP = JSON.stringify(JSON.parse(readFileSync(projectPath('docker/seccomp.json'), 'utf8')));

const MEGABYTE = 1024 * 1024;

const TMPFS_OWNER = {
  worker: 'uid=1000,gid=1000,mode=0755',
  root: 'uid=0,gid=0,mode=0755',
  shared: 'uid=0,gid=0,mode=1777',
  private: 'uid=0,gid=0,mode=0700',
} as const;

/** The commands that a container is kept with: the image's, or the runtime's, since a task's image may lack them or have lesser ones. */
export function toolsOf({ agentRuntime }: Pick<ContainerSpec, 'agentRuntime'>) {
  const of = (name: string) => `${RUNTIME}/bin/${name}`;
  return agentRuntime
    ? { sh: of('sh'), tar: of('tar'), cat: of('cat'), sleep: of('sleep'), chmod: of('chmod') }
    : { sh: '/bin/sh', tar: 'tar', cat: 'cat', sleep: 'sleep', chmod: 'chmod' };
}

/**
 * What a container is created with: no network, no capabilities, no new privileges, a seccomp profile of our own,
 * a read-only root, and limits on memory, processors, processes, open files and core dumps. Its first process belongs to
 * root (without capabilities), so that nothing the worker user starts can end or trace it.
 */
export function createOptions(
  spec: ContainerSpec,
  {
    owner,
    runtime,
    withFiles,
    system,
  }: {
    readonly owner: string;
    readonly runtime: string | undefined;
    readonly withFiles: boolean;
    /** For a container whose root may change its file system; `quota` where the engine's storage can hold it to its size. */
    readonly system?: { readonly diskMB: number; readonly quota: boolean };
  },
): ContainerCreateOptions {
  const { sh, tar, cat, sleep } = toolsOf(spec);
  const keeper = `exec ${sleep} ${LIFETIME_SECONDS}`;
  return {
    Image: spec.image,
    Labels: { [OWNER_LABEL]: owner, [PURPOSE_LABEL]: spec.purpose },
    Hostname: 'sandbox',
    User: '0:0',
    WorkingDir: '/',
    Entrypoint: [
      sh,
      '-c',
      withFiles ? `${tar} -x -p -C / -f - && echo copied && ${keeper}; ${cat} > /dev/null` : keeper,
    ],
    Cmd: [],
    Healthcheck: { Test: ['NONE'] },
    ...(withFiles
      ? { OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true }
      : {}),
    HostConfig: {
      NetworkMode: 'none',
      CapDrop: ['ALL'],
      ...(system ? { CapAdd: SYSTEM } : spec.apart === true ? { CapAdd: APART } : {}),
      SecurityOpt: ['no-new-privileges', `seccomp=${SECCOMP}`],
      ReadonlyRootfs: spec.writableRoot !== true,
      Init: true,
      AutoRemove: system === undefined,
      IpcMode: 'private',
      // Not in the types yet.
      ...({ CgroupnsMode: 'private' } as object),
      LogConfig: { Type: 'none', Config: {} },
      Memory: spec.memoryMB * MEGABYTE,
      MemorySwap: spec.memoryMB * MEGABYTE,
      NanoCpus: Math.round(spec.cpus * 1e9),
      PidsLimit: spec.pids,
      OomScoreAdj: 500,
      Ulimits: [
        { Name: 'core', Soft: 0, Hard: 0 },
        { Name: 'nofile', Soft: 4096, Hard: 4096 },
        ...(system ? [{ Name: 'fsize', Soft: system.diskMB * MEGABYTE, Hard: system.diskMB * MEGABYTE }] : []),
      ],
      ...(system?.quota ? { StorageOpt: { size: `${system.diskMB}m` } } : {}),
      Tmpfs: Object.fromEntries(spec.tmpfs.map((tmpfs) => [tmpfs.target, tmpfsOptions(tmpfs)])),
      Mounts: [
        ...(spec.mounts ?? []).map(readOnly),
        ...(spec.scratch ?? []).map((target) => ({ Type: 'volume', Source: '', Target: target }) as const),
      ],
      ...(runtime === undefined ? {} : { Runtime: runtime }),
    },
  };
}

function readOnly(mount: NonNullable<ContainerSpec['mounts']>[number]): MountSettings {
  return 'volume' in mount
    ? {
        Type: 'volume',
        Source: mount.volume,
        Target: mount.target,
        ReadOnly: true,
        VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: '', Options: {} } },
      }
    : { Type: 'bind', Source: mount.source, Target: mount.target, ReadOnly: true };
}

function tmpfsOptions({ sizeMB, owner = 'worker' }: Tmpfs): string {
  return `rw,exec,nosuid,nodev,size=${sizeMB}m,${TMPFS_OWNER[owner]}`;
}
