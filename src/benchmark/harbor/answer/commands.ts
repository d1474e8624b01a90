/** What ends a command of a shell, or stands in front of one. */
const BORDER = /[\n;|&(){}`]|\b(?:then|do|else|if|elif|while|until)\b|!(?=\s)/;
/** Programs whose arguments are a command. */
const WRAPPER = /^(time|exec|sudo|command|nohup|xargs|env|eval|nice|timeout|setpriv|stdbuf)$/;
/** What stands between a wrapper, or the start, and the command: variables, options and durations. */
const BEFORE_COMMAND = /^(?:\w+=(?:"[^"]*"|'[^']*'|\S*)|-\S*|\d[\d.]*[smhd]?)\s+/;
/** A text or a list that starts with a text, given to what starts a program, in Python and JavaScript. */
const STARTED =
  /\b(?:run|call|check_call|check_output|getoutput|getstatusoutput|Popen|system|popen|exec\w*|spawn\w*|create_subprocess_\w+|which)\s*\(\s*\[?\s*[frb]?(["'`])(.*?)\1/gs;

/** A comment, or what stands between quotes; so that neither is looked for in the other. */
const QUOTED = /'[^']*'|"(?:[^"\\]|\\.)*"|(?<=^|[\s;])#[^\n]*/gms;
/** What a program is given to read, up to a line that ends it. */
const HERE_DOCUMENT = /^(.*)<<-?[ \t]*(["']?)(\w+)\2(.*)\n(?:(?!\s*\3$).*\n)*\s*\3$/gm;
/** Programs that look for a virtual environment where they work, and use it. However they are called, their name is there. */
const FINDER = /(?<![\w-])(?:uv|poetry|pdm|pipenv|rye)(?![\w/-])/;
/** A line that is only a comment, whatever it stands in; so that no quote can hide a call. */
const COMMENT_LINE = /^[ \t]*#(?!!).*$/gm;

type Files = readonly { readonly path: string; readonly content: Uint8Array }[];

/** Whether a verifier's files name a program that finds virtual environments. */
export function callsFinder(files: Files): boolean {
  return files.some(({ content }) => FINDER.test(textOf(content).replace(COMMENT_LINE, '')));
}

/**
 * The names of programs that a verifier's files call; comments, texts over several lines and other words do not count.
 * @param loosely whether these do count: what a shell is given to run looks the same
 */
export function commandsIn(files: Files, loosely = false): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { path, content } of files) {
    const text = textOf(content);
    const isShell = /\.(ba)?sh$/.test(path) || /^#!.*\b(ba|da|k|z)?sh\b/.test(text.slice(0, text.indexOf('\n') + 1));
    if (isShell) addCommands(text, names, loosely);
    else for (const [, , started] of text.matchAll(STARTED)) addCommands(started!, names, loosely);
  }
  return names;
}

function addCommands(script: string, names: Set<string>, loosely: boolean): void {
  const joined = (text: string) => text.replaceAll('\\\n', ' ');
  const here = script.replace(HERE_DOCUMENT, (all, before: string, _, __, after: string) =>
    /\bsh\b|\b(?:ba|da|k|z)sh\b/.test(before) ? all : `${before} ${after}`,
  );
  const text = loosely ? joined(script) : withoutComments(joined(here));
  for (const piece of text.split(BORDER)) {
    for (let rest = piece.trim(); rest !== ''; ) {
      while (BEFORE_COMMAND.test(rest)) rest = rest.replace(BEFORE_COMMAND, '');
      const name = /^["']?(?:[\w.+-]*\/)*([\w.+-]+)/.exec(rest)?.[1];
      if (name === undefined) break;
      names.add(name);
      if (!WRAPPER.test(name)) break;
      rest = rest.slice(rest.indexOf(name) + name.length).trim();
    }
  }
}

function withoutComments(script: string): string {
  return script.replace(QUOTED, (found) => (found.startsWith('#') || found.includes('\n') ? '' : found));
}

function textOf(content: Uint8Array): string {
  return Buffer.from(content).toString('latin1');
}
