import { tmpdir } from 'node:os';
import { commandLine } from '../model/command-line.ts';
import { HuxleyError, messageOf, sentence } from '../model/error.ts';
import { huxleyHome } from './home.ts';

type SystemError = NodeJS.ErrnoException & {
  readonly address?: string;
  readonly port?: number;
  readonly errcode?: number;
};

const FULL = ['ENOSPC', 'EDQUOT'];
const FORBIDDEN = ['EACCES', 'EPERM', 'EROFS'];
const MANY = ['EMFILE', 'ENFILE'];

/**
 * What the machine refused, as a person can act on it: a full disk, a folder that can't be written, a port in use, a program
 * that isn't installed. `null` for everything else, which is a mistake of ours and keeps its stack.
 */
export function systemTrouble(error: unknown): HuxleyError | null {
  if (error instanceof AggregateError) return error.errors.map(systemTrouble).find(Boolean) ?? null;
  if (error instanceof SuppressedError) return systemTrouble(error.error) ?? systemTrouble(error.suppressed);
  if (!(error instanceof Error)) return null;
  const { code = '', syscall = '', path, address, port } = error as SystemError;
  if (code === 'ERR_SQLITE_ERROR') return sqliteTrouble(error as SystemError);
  if (FULL.includes(code) || /no space left on device/i.test(error.message))
    return new HuxleyError('system.full', `The disk is full${at(path)}.`, `Free some space. ${whereElse(path)}`);
  if (syscall === 'listen' || syscall === 'bind') return portTrouble(code, address, port, error);
  if (syscall.startsWith('spawn') && code === 'ENOENT')
    return new HuxleyError(
      'system.program',
      `${path ?? syscall.slice(6)} is not installed, or not on the PATH.`,
      `Install ${path ?? syscall.slice(6)}; ${commandLine('doctor')} lists what is needed.`,
    );
  if (FORBIDDEN.includes(code) && path !== undefined)
    return new HuxleyError(
      'system.forbidden',
      code === 'EROFS' ? `${path} is on a read-only disk.` : `This user may not ${DOES[syscall] ?? 'use'} ${path}.`,
      `Make it writable for this user. ${whereElse(path)}`,
    );
  if (MANY.includes(code))
    return new HuxleyError('system.files', 'Too many files are open.', 'Raise the limit with `ulimit -n 4096`.');
  if ((code === 'ENOENT' || code === 'ENOTDIR') && path?.startsWith(tmpdir()) && syscall === 'mkdtemp')
    return new HuxleyError(
      'system.temporary',
      `There is no folder ${tmpdir()}.`,
      'Set TMPDIR to one you can write to.',
    );
  return null;
}

/** Anything thrown, for people: what is wrong, and what to do where that is known. */
export function explainError(error: unknown): string {
  const known = error instanceof HuxleyError ? error : systemTrouble(error);
  return known?.inFull ?? messageOf(error);
}

const DOES: Readonly<Record<string, string>> = {
  mkdir: 'make the folder',
  mkdtemp: 'make the folder',
  open: 'open',
  unlink: 'remove',
};

function portTrouble(code: string, address: string | undefined, port: number | undefined, cause: Error): HuxleyError {
  const where = port === undefined ? (address ?? 'that address') : `port ${port} of ${address ?? 'this machine'}`;
  const trouble: Readonly<Record<string, readonly [string, string]>> = {
    EADDRINUSE: [`Another program listens on ${where}.`, 'End it, or choose another port (PORT, or --port).'],
    EACCES: [`This user may not listen on ${where}.`, 'Choose a port from 1024 on (PORT, or --port).'],
    EADDRNOTAVAIL: [`This machine has no address ${address}.`, 'Set HOST to one it has, or to 0.0.0.0 for all.'],
  };
  const [message, remedy] = trouble[code] ?? [
    `It can't listen on ${where}: ${sentence(cause.message)}`,
    'Choose another port.',
  ];
  return new HuxleyError('system.listen', message, remedy, { cause });
}

/** Numbers: sqlite.org/rescode.html. */
function sqliteTrouble(error: SystemError): HuxleyError | null {
  const why = { 8: 'it is read-only', 10: 'the disk fails', 13: 'the disk is full', 14: 'it can’t be opened' }[
    error.errcode ?? 0
  ];
  if (why === undefined) return null;
  return new HuxleyError(
    'system.journal',
    `The journal can’t be used: ${why} (${messageOf(error)}).`,
    `Free some space and make the folder writable for this user. ${whereElse(huxleyHome())}`,
    { cause: error },
  );
}

function at(path: string | undefined): string {
  return path === undefined ? '' : ` (${path})`;
}

/** How to have something written elsewhere. */
function whereElse(path: string | undefined): string {
  if (path?.startsWith(huxleyHome())) return 'Or set HUXLEY_HOME to another folder.';
  if (path?.startsWith(tmpdir())) return 'Or set TMPDIR to another folder.';
  return path === undefined
    ? 'HUXLEY_HOME and TMPDIR say where Huxley writes.'
    : 'Or name another place, if the command accepts one (--out).';
}
