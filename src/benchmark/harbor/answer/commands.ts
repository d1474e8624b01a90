/** What ends a command of a shell, or stands in front of one. */
const BORDER = /[\n;|&(){}`]|\b(?:then|do|else|if|elif|while|until)\b|!(?=\s)/;
/** Programs whose arguments are a command. */
const WRAPPER = /^(time|exec|sudo|command|nohup|xargs|env|eval|nice|timeout|setpriv|stdbuf)$/;
/** What stands between a wrapper, or the start, and the command: variables, options and durations. */
const BEFORE_COMMAND = /^(?:\w+=(?:"[^"]*"|'[^']*'|\S*)|-\S*|\d[\d.]*[smhd]?)\s+/;
/** A text or a list that starts with a text, given to what starts a program, in Python and JavaScript. */
const STARTED =
  /\b(?:run|call|check_call|check_output|getoutput|getstatusoutput|Popen|system|popen|exec\w*|spawn\w*|create_subprocess_\w+|which)\s*\(\s*\[?\s*[frb]?(["'`])(.*?)\1/gs;

/** The names of programs that a verifier's files call; comments and other words do not count. */
export function commandsIn(
  files: readonly { readonly path: string; readonly content: Uint8Array }[],
): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { path, content } of files) {
    const text = Buffer.from(content).toString('latin1');
    const isShell = /\.(ba)?sh$/.test(path) || /^#!.*sh\s*$/m.test(text.slice(0, text.indexOf('\n') + 1));
    if (isShell) addCommands(text, names);
    else for (const [, , started] of text.matchAll(STARTED)) addCommands(started!, names);
  }
  return names;
}

function addCommands(script: string, names: Set<string>): void {
  const text = script.replaceAll('\\\n', ' ').replace(/(^|[\s;])#.*$/gm, '$1');
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
