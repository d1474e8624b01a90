import type { Annotation } from './job-request.ts';

const COMMAND = /^\s*::([a-z-]+)(?:\s+([^:]*(?::(?!:)[^:]*)*))?::(.*)$/i;
const LEVELS = { error: 'failure', warning: 'warning', notice: 'notice' } as const;

/** A job's log: secrets masked, workflow commands (`::error::`, `::add-mask::`, ...) obeyed, every line with its time. */
export class JobLog {
  readonly annotations: Annotation[] = [];
  readonly #write: (line: string) => void;
  readonly #clock: () => Date;
  #masks: string[] = [];
  #stopToken: string | null = null;

  constructor(write: (line: string) => void, clock: () => Date = () => new Date()) {
    this.#write = write;
    this.#clock = clock;
  }

  /** Hides a value from now on; a value of several lines hides each of them too. */
  mask(value: string): void {
    const parts = [value, ...value.split(/\r?\n/)].map((part) => part.trim()).filter((part) => part !== '');
    this.#masks = [...new Set([...this.#masks, ...parts])].sort((a, b) => b.length - a.length);
  }

  masked(text: string): string {
    return this.#masks.reduce((line, secret) => line.replaceAll(secret, '***'), text);
  }

  /** Writes a line of the runner's own. */
  line(text: string): void {
    for (const part of this.masked(text).split('\n')) this.#write(`${this.#clock().toISOString()} ${part}`);
  }

  /** Writes an error and annotates the job with it. */
  error(message: string): void {
    this.line(`##[error]${message}`);
    this.#annotate('error', {}, message);
  }

  /** Takes a line a step printed: a command is obeyed, anything else is written. */
  output(text: string): void {
    const [, command, at = '', data = ''] = COMMAND.exec(text) ?? [];
    if (command === undefined) this.line(text);
    else if (this.#stopToken !== null) {
      if (command === this.#stopToken) this.#stopToken = null;
      this.line(text);
    } else this.#obey(text, command.toLowerCase(), properties(at), unescapeData(data));
  }

  #obey(text: string, command: string, at: Record<string, string>, message: string): void {
    switch (command) {
      case 'add-mask':
        this.mask(message);
        break;
      case 'stop-commands':
        this.#stopToken = message;
        this.line(text);
        break;
      case 'error':
      case 'warning':
      case 'notice':
        this.line(`##[${command}]${message}`);
        this.#annotate(command, at, message);
        break;
      case 'group':
      case 'endgroup':
        this.line(`##[${command}]${message}`);
        break;
      case 'debug':
        break;
      default:
        this.line(text);
        this.line(`##[warning]The command '${command}' is not known to the local runner.`);
    }
  }

  #annotate(level: keyof typeof LEVELS, at: Record<string, string>, message: string): void {
    const line = Number(at.line) || 1;
    this.annotations.push({
      path: at.file ?? '.github',
      start_line: line,
      end_line: Number(at.endLine) || line,
      annotation_level: LEVELS[level],
      message: this.masked(message),
      ...(at.title === undefined ? {} : { title: this.masked(at.title) }),
    });
  }
}

function properties(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(',')
      .map((pair) => pair.split('='))
      .filter((pair) => pair.length >= 2)
      .map(([key, ...value]) => [
        key!.trim(),
        unescapeData(value.join('=')).replaceAll('%3A', ':').replaceAll('%2C', ','),
      ]),
  );
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
