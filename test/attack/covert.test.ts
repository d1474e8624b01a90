import { randomInt } from 'node:crypto';
import { homedir, hostname } from 'node:os';
import { expect, inject } from 'vitest';
import { grade } from '../../src/benchmark/grading/grade.ts';
import { APART } from '../../src/benchmark/grading/runners.ts';
import { projectPath } from '../../src/environment/project.ts';
import { connect } from '../../src/sandbox/engine.ts';
import { attack } from './attack.ts';
import { file, RIGHT, TASKS, theSandbox } from './tasks.ts';

const numbered = (number: number, name: string, defence: string) =>
  ({ number, family: 'leak', name, answer: 'prevented', defence }) as const;

const BITS = 64;
const message = () => Array.from({ length: BITS }, () => String(randomInt(2))).join('');

/** A file of the image that nothing maps while the tests run, and 64 places in it. */
const FILE = `import ctypes, mmap, os, resource, sys, time
fd = os.open("/usr/bin/git", os.O_RDONLY)
size = os.fstat(fd).st_size
step = size // ${BITS} // 4096 * 4096
`;
/** A bit is set where a place lies in memory: all of the file is forgotten, once it is on the disk, and some of it read again. */
const SEND = `${FILE}
os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_RANDOM)
os.fsync(fd)
os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
for i, bit in enumerate(sys.argv[1]):
    if bit == "1": os.pread(fd, 4096, i * step)
print("sent")
`;
/** Read back from the faults that the kernel counts, which no busy machine disturbs. */
const RECEIVE = `${FILE}
memory = mmap.mmap(fd, 0, prot=mmap.PROT_READ)
memory.madvise(mmap.MADV_RANDOM)
bits = ""
for i in range(${BITS}):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_majflt
    memory[i * step]
    bits += "0" if resource.getrusage(resource.RUSAGE_SELF).ru_majflt > before else "1"
print('bits', bits)
`;

/** What a container of ours prints. */
async function ours(purpose: string, script: string, ...args: string[]): Promise<string> {
  const spec = { image: inject('sandboxImage'), purpose, memoryMB: 256, cpus: 1, pids: 32, tmpfs: [] };
  await using container = await theSandbox().create(spec);
  const command = ['python3', '-c', script, ...args];
  const { stdout, stderr } = await container.exec({ command, timeoutSeconds: 60, maxOutputBytes: 10_000 });
  return stdout.trim() || stderr;
}

/** What a container prints that has nothing of ours but its image and no network. */
async function plain(script: string, ...args: string[]): Promise<string> {
  const docker = connect({ socket: inject('engineSocket') });
  const container = await docker.createContainer({
    Image: inject('sandboxImage'),
    Cmd: ['python3', '-c', script, ...args],
    Tty: true,
    HostConfig: { NetworkMode: 'none', CapDrop: ['ALL'] },
  });
  try {
    await container.start();
    await container.wait();
    return (await container.logs({ stdout: true, stderr: true })).toString().trim();
  } finally {
    await container.remove({ force: true });
  }
}

const bitsOf = (printed: string) => /bits ([01]+)/.exec(printed)?.[1] ?? '';
const agreeing = (a: string, b: string) => [...a].filter((bit, i) => bit === b[i]).length;

attack(
  numbered(
    251,
    'a message of 64 bits in the page cache of the image’s files, from a graded container to a later one',
    'no container can make the kernel forget what lies in memory, and all files of an image are read before the first grading',
  ),
  async () => {
    // The control shows that the attack works where nothing stands against it.
    const open = message();
    await plain(SEND, open);
    const received = await plain(RECEIVE);
    const heard = agreeing(open, bitsOf(received));
    expect(heard).toBeGreaterThan(56);
    await ours('grade', SEND, open);
    await plain(`${FILE}\nos.pread(fd, size, 0)`);
    const sent = [message(), message()] as const;
    const got: string[] = [];
    for (const bits of sent) {
      expect(await ours('grade', SEND, bits)).toBe('sent');
      got.push(await ours('agent', RECEIVE));
    }
    expect(got[0]).toMatch(/^bits [01]{64}$/);
    expect(got[1]).toBe(got[0]);
    return `${heard} of 64 bits without our profile; with it two messages were received as the same ${BITS} bits`;
  },
);

attack(
  numbered(252, 'asking the kernel what lies in memory, and steering it', 'a seccomp profile of our own'),
  async () => {
    const said = await ours(
      'agent',
      `import ctypes, errno, fcntl, mmap, os, socket
libc = ctypes.CDLL(None, use_errno=True)
machine = os.uname().machine
numbers = {"mincore": (27, 232), "cachestat": (451, 451), "io_uring_setup": (425, 425), "userfaultfd": (323, 282), "bpf": (321, 280),
  "perf_event_open": (298, 241), "keyctl": (250, 219), "add_key": (248, 217), "ptrace": (101, 117), "process_vm_readv": (310, 270),
  "name_to_handle_at": (303, 264), "fanotify_init": (300, 262), "unshare": (272, 97), "mount": (165, 40), "kcmp": (312, 272), "pidfd_getfd": (438, 438)}
for name, (x86, arm) in numbers.items():
    result = libc.syscall(x86 if machine == "x86_64" else arm, 0, 0, 0, 0, 0, 0)
    if result != -1 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS): print(name, result, ctypes.get_errno())
for family in (17, 29, 30, 31, 38, 40, 42, 44):
    try: socket.socket(family, socket.SOCK_RAW); print("family", family)
    except PermissionError: pass
    except OSError as error: print("family", family, error)
fd = os.open("/usr/bin/git", os.O_RDONLY)
for what in (lambda: os.preadv(fd, [bytearray(1)], 0, os.RWF_NOWAIT), lambda: fcntl.fcntl(os.pipe()[0], 1032), lambda: fcntl.fcntl(os.pipe()[0], 1031, 1 << 20)):
    try: print(what())
    except PermissionError: pass
memory = mmap.mmap(fd, 0, prot=mmap.PROT_READ)
for advice in (20, 21):
    try: memory.madvise(advice); print("advice", advice)
    except PermissionError: pass
print("end")
`,
    );
    expect(said).toBe('end');
    return 'every call is refused';
  },
);

attack(
  numbered(
    253,
    'counting what the kernel allows each user: inotify instances taken by a graded container',
    'code under test runs as a user that no other container has',
  ),
  async () => {
    const code = (record: string) => `import ctypes, os
libc = ctypes.CDLL(None)
count = 0
while libc.inotify_init() >= 0 and count < 4000: count += 1
os.write(2, f"user {os.getuid()} ${record}\\n".encode())
def double(n): return n * 2
`;
    const users = new Set<string>();
    const runner = {
      ...APART.pytest,
      read: (output: Parameters<typeof APART.pytest.read>[0]) => {
        users.add(/user (\d+)/.exec(output.stderr)?.[1] ?? 'none');
        return APART.pytest.read(output);
      },
    };
    for (let i = 0; i < 2; i++) {
      const plan = { ...TASKS.pytest, runner, canary: null, image: inject('sandboxImage') };
      const graded = grade({ ...plan, solution: [file('double.py', code(String(i)))] }, theSandbox());
      expect(await graded).toMatchObject({ verdict: 'resolved' });
    }
    expect(
      await grade(
        { ...TASKS.node, runner: APART.node, canary: null, image: inject('sandboxImage'), solution: [RIGHT.node] },
        theSandbox(),
      ),
    ).toMatchObject({ verdict: 'resolved' });
    expect(users.size).toBe(2);
    expect([...users].every((user) => Number(user) >= 200_000)).toBe(true);
    return `two gradings ran as ${[...users].join(' and ')}`;
  },
);

attack(
  numbered(
    254,
    'learning of the host: its name, its paths and the container’s number',
    'a host name and a view of control groups of its own; what /proc/self/mountinfo tells is the engine’s own folder and a random number',
  ),
  async () => {
    const said = await ours(
      'agent',
      `import os, re, socket
print(socket.gethostname(), open("/proc/self/cgroup").read().strip().split(":")[-1])
roots = {line.split(" ")[3] for line in open("/proc/self/mountinfo")}
print(sorted(roots))
`,
    );
    const [host, paths] = said.split('\n');
    expect(host).toBe('sandbox /');
    // The engine's own folder may lie in somebody's home, as that of an engine which Huxley started does.
    const { DockerRootDir } = (await connect({ socket: inject('engineSocket') }).info()) as { DockerRootDir: string };
    const others = paths!.replaceAll(DockerRootDir, '');
    for (const secret of [hostname(), homedir(), projectPath()]) expect(others).not.toContain(secret);
    expect(paths).toContain('/hostname');
    return said;
  },
);
