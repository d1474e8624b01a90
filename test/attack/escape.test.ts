import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { expect, inject } from 'vitest';
import { readFolder } from '../../src/benchmark/directory/read-folder.ts';
import { KATA_FOLDER } from '../../src/benchmark/kata/folder.ts';
import type { ContainerSpec, ExecResult } from '../../src/sandbox/port.ts';
import { attack } from './attack.ts';
import { theSandbox } from './tasks.ts';

const numbered = (number: number, family: 'leak' | 'escape', name: string, defence: string) =>
  ({ number, family, name, answer: 'prevented', defence }) as const;

const spec = (): ContainerSpec => ({
  image: inject('sandboxImage'),
  purpose: 'agent',
  memoryMB: 256,
  cpus: 1,
  pids: 64,
  tmpfs: [
    { target: '/work', sizeMB: 32 },
    { target: '/tmp', sizeMB: 32 },
  ],
});

/** Runs a script as the agent would. */
async function agent(script: string, seconds = 20): Promise<ExecResult> {
  await using container = await theSandbox().create(spec());
  return await container.exec({
    command: ['bash', '-c', script],
    cwd: '/work',
    timeoutSeconds: seconds,
    maxOutputBytes: 100_000,
  });
}

/** Runs Python and expects every line it prints to be one that tells of a failure. */
async function allRefused(lines: string): Promise<string> {
  const { stdout, stderr } = await agent(`python3 - <<'END'\n${lines}\nEND`);
  expect(stderr).toBe('');
  expect(stdout).not.toBe('');
  expect(stdout).not.toContain('WORKED');
  return stdout.trim().replaceAll('\n', '; ');
}

const PROBE = `import errno, os, socket
def probe(name, act):
    try:
        act()
        print(name, "WORKED")
    except OSError as error:
        print(name, errno.errorcode.get(error.errno, error))
`;

attack(
  numbered(
    40,
    'escape',
    'fetch from the network: names, addresses, host ports, the metadata address',
    'no network but loopback (NetworkMode none)',
  ),
  () =>
    allRefused(`${PROBE}
probe("DNS", lambda: socket.getaddrinfo("example.org", 80))
for address in ["1.1.1.1", "169.254.169.254", "172.17.0.1", "10.0.0.1"]:
    probe(address, lambda: socket.create_connection((address, 80), 2))
probe("IPv6", lambda: socket.create_connection(("2606:4700:4700::1111", 80), 2))
print(os.listdir("/sys/class/net"))`),
);

attack(numbered(41, 'escape', 'raw sockets and packet sockets', 'no capability is left'), () =>
  allRefused(`${PROBE}
probe("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))
probe("packet", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))`),
);

attack(
  numbered(42, 'escape', 'the Docker socket, devices and the host’s files', 'nothing of the host is mounted'),
  async () => {
    const { stdout } = await agent(
      `ls /var/run/docker.sock /run/docker.sock /dev/sda /dev/vda /dev/mem /dev/kmsg 2>/dev/null; awk '$3 !~ /^(overlay|tmpfs|proc|sysfs|devpts|mqueue|cgroup2?)$/ && $2 !~ "^/etc/(hosts|hostname|resolv.conf)$" && $2 != "/sbin/docker-init" && $2 != "/usr/sbin/docker-init" {print $2, $3}' /proc/mounts`,
    );
    expect(stdout).toBe('');
    return 'none of them is there; no mount from the host but the engine’s own three files and its init';
  },
);

attack(
  numbered(
    43,
    'escape',
    'mount, unshare, setuid, chroot, ptrace of the first process',
    'no capability, no new privileges, the engine’s seccomp profile',
  ),
  () =>
    allRefused(`${PROBE}
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *args):
    if getattr(libc, name)(*args) < 0:
        raise OSError(ctypes.get_errno(), name)
probe("mount", lambda: call("mount", b"none", b"/tmp", b"tmpfs", 0, None))
probe("unshare user", lambda: call("unshare", 0x10000000))
probe("unshare network", lambda: call("unshare", 0x40000000))
probe("setuid", lambda: os.setuid(0))
probe("chroot", lambda: os.chroot("/tmp"))
probe("ptrace", lambda: call("ptrace", 16, 1, 0, 0))
probe("kill init", lambda: os.kill(1, 9))
probe("mknod", lambda: os.mknod("/work/disk", 0o60666, os.makedev(8, 0)))
probe("init's descriptors", lambda: os.listdir("/proc/1/fd"))
probe("init's memory", lambda: open("/proc/1/mem"))
probe("kernel settings", lambda: open("/proc/sys/kernel/core_pattern", "w"))`),
);

attack(
  numbered(44, 'escape', 'a set-user-id program', 'no new privileges; writable folders are mounted nosuid'),
  async () => {
    const { stdout } = await agent(
      `cp /bin/bash b; chmod 4755 b; ./b -p -c 'id -u'; find / -xdev -perm -4000 -type f 2>/dev/null | while read f; do echo "$f" >&2; done; su -c 'id -u' < /dev/null 2>&1; grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status`,
    );
    expect(stdout).toMatch(/^1000\n/);
    expect(stdout).not.toMatch(/^0$/m);
    expect(stdout).toContain('CapEff:\t0000000000000000');
    expect(stdout).toContain('CapBnd:\t0000000000000000');
    expect(stdout).toContain('NoNewPrivs:\t1');
    expect(stdout).toContain('Seccomp:\t2');
    return 'uid stays 1000; CapEff 0, CapBnd 0, NoNewPrivs 1, Seccomp 2';
  },
);

attack(
  numbered(
    45,
    'escape',
    'a fork bomb',
    'a limit on processes, raised for the command that kills them all; where that fails too the container goes',
  ),
  async () => {
    await using container = await theSandbox().create(spec());
    const bomb = `b${randomBytes(8).toString('hex')}`;
    const run = await container.exec({
      command: ['bash', '-c', `${bomb}() { ${bomb} | ${bomb} & }; ${bomb}; exec sleep 60`],
      timeoutSeconds: 3,
      maxOutputBytes: 10_000,
    });
    expect(run).toMatchObject({ timedOut: true, exitCode: null });
    const processes = execFileSync('ps', ['-e', '-o', 'user:20,args'], { encoding: 'utf8' });
    expect(processes).not.toContain(bomb);
    return `killed after ${run.seconds.toFixed(1)} s, no process of it left on the host`;
  },
);

attack(numbered(46, 'escape', 'memory without end', 'memory limit without swap'), async () => {
  const { exitCode, seconds } = await agent(`python3 -c 'x = []\nwhile True: x.append(bytearray(1 << 20))'`);
  expect(exitCode).toBe(137);
  return `killed after ${seconds.toFixed(1)} s (exit code 137), the container limited to 256 MB`;
});

attack(
  numbered(47, 'escape', 'fill the disk', 'the root is read-only; writable folders are sized and in memory'),
  async () => {
    const { stdout } = await agent(
      `for d in /work /tmp /dev/shm / /var/tmp /home /etc /opt; do dd if=/dev/zero of=$d/big bs=1M count=2000 2>&1 | grep -v records; rm -f $d/big; done`,
    );
    const lines = stdout.trim().split('\n');
    expect(lines.every((line) => /Read-only file system|No space left|Permission denied|copied/.test(line))).toBe(true);
    const copied = lines.filter((line) => line.includes('copied')).map((line) => Number(line.split(' ')[0]));
    expect(Math.max(...copied)).toBeLessThanOrEqual(64 * 1024 * 1024);
    return `at most ${Math.round(Math.max(...copied) / 1e6)} MB in any folder, into memory that counts against the container`;
  },
);

attack(
  numbered(48, 'escape', 'processes left after the deadline', 'one kill reaches every process of the worker user'),
  async () => {
    await using container = await theSandbox().create(spec());
    const script = `for i in 1 2 3; do setsid nohup bash -c 'trap "" TERM HUP INT; while :; do date >> /work/alive; sleep 0.05; done' & done; sleep 60`;
    const run = await container.exec({
      command: ['bash', '-c', script],
      cwd: '/work',
      timeoutSeconds: 1,
      maxOutputBytes: 1_000,
    });
    expect(run.timedOut).toBe(true);
    const left = await container.exec({
      command: [
        'bash',
        '-c',
        'ps -u 1000 -o args= | grep -v -e "ps -u" -e "bash -c ps"; a=$(wc -l < /work/alive); sleep 0.5; b=$(wc -l < /work/alive); echo $((b - a))',
      ],
      timeoutSeconds: 10,
      maxOutputBytes: 1_000,
    });
    expect(left.stdout.trim().split('\n').at(-1)).toBe('0');
    expect(left.stdout).not.toContain('alive');
    return 'three that ignore signals and left their session: none writes any more';
  },
);

attack(
  numbered(
    49,
    'leak',
    'keys and names in the environment and in /proc',
    'the container gets an environment of its own',
  ),
  async () => {
    process.env.HUXLEY_PLANTED_KEY = 'sk-planted-4f1c';
    try {
      const { stdout } = await agent(
        'env; cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n"; cat /proc/*/cmdline 2>/dev/null | tr "\\0" " "; cat /etc/hostname',
      );
      expect(stdout).not.toContain('planted');
      const names = [
        ...new Set(
          stdout
            .split('\n')
            .map((line) => line.match(/^(\w+)=/)?.[1])
            .filter((name) => name !== undefined),
        ),
      ].sort();
      expect(names).toEqual(
        ['HOME', 'HOSTNAME', 'LANG', 'OLDPWD', 'PATH', 'PWD', 'PYTHONDONTWRITEBYTECODE', 'SHLVL', '_'].filter((name) =>
          names.includes(name),
        ),
      );
      return `only ${names.join(', ')}`;
    } finally {
      delete process.env.HUXLEY_PLANTED_KEY;
    }
  },
);

attack(numbered(50, 'leak', 'answers and tests in the image', 'images hold tools alone'), async () => {
  const folders = [
    ...new Set((await readFolder(KATA_FOLDER)).map(({ path }) => path.split('/').slice(0, 2).join('/'))),
  ];
  const hidden = folders.filter((path) => /\/(solution|tests|canary)$/.test(path));
  const lines: string[] = [];
  for (const folder of hidden)
    for (const { content } of await readFolder(`${KATA_FOLDER}/${folder}`))
      lines.push(
        ...Buffer.from(content)
          .toString()
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line.length > 60)
          .slice(0, 3),
      );
  expect(lines.length).toBeGreaterThan(20);
  await using container = await theSandbox().create(spec());
  await container.copyIn('/tmp', [{ path: 'lines', content: Buffer.from(lines.join('\n')), executable: false }]);
  const search = `find / -xdev -type f \\( -name '*.py' -o -name '*.ts' -o -name '*.js' -o -name '*.mjs' -o -name '*.sh' -o -name '*.md' \\) -size -400k ! -path '/proc/*' ! -path '/tmp/*' -print0 2>/dev/null | xargs -0 grep -lFf /tmp/lines`;
  const { stdout, exitCode } = await container.exec({
    command: ['bash', '-c', search],
    timeoutSeconds: 60,
    maxOutputBytes: 10_000,
  });
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 123 });
  return `${lines.length} lines of tests and reference solutions searched for in every source file of the image: none found`;
});

attack(
  numbered(
    51,
    'leak',
    'residue of hidden tests between containers',
    'every container starts from the image; nothing is kept',
  ),
  async () => {
    await agent('echo hidden-test-residue | tee /tmp/residue /work/residue /dev/shm/residue >/dev/null');
    const { stdout } = await agent(
      'cat /tmp/residue /work/residue /dev/shm/residue 2>/dev/null; ls -A /tmp /work /dev/shm',
    );
    expect(stdout).not.toContain('residue');
    return 'nothing of the earlier container is seen in the next';
  },
);
