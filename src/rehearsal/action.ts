import type { Conversation } from './conversation.ts';

/** What the model does in one answer, before it is put in terms of the agent's tools. */
export type Action =
  | { readonly type: 'bash'; readonly command: string }
  | { readonly type: 'create'; readonly path: string; readonly content: string }
  | { readonly type: 'view'; readonly path: string }
  | { readonly type: 'replace'; readonly path: string; readonly old: string; readonly new: string };

export interface Answer {
  readonly text: string;
  readonly actions: readonly Action[];
}

/** An answer as it is sent: words, and calls of the agent's own tools. */
export interface ToolAnswer {
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly args: Readonly<Record<string, string>> }[];
}

/**
 * Puts actions in terms of the tools the agent offers: an editor where there is one, else a shell command; an agent
 * without tools gets the commands as fenced `bash` blocks.
 */
export function inTermsOf(tools: Conversation['tools'], answer: Answer): ToolAnswer {
  const editor = tools.find(({ parameters }) => parameters.includes('path') && parameters.includes('action'));
  const shell = tools.find(({ parameters }) => parameters.includes('command'));
  const calls = [];
  let text = answer.text;
  for (const action of answer.actions) {
    if (editor && action.type !== 'bash') calls.push({ name: editor.name, args: editorArgs(action) });
    else if (shell) calls.push({ name: shell.name, args: { command: commandOf(action) } });
    else text += `\n\n\`\`\`bash\n${commandOf(action)}\n\`\`\``;
  }
  return { text, calls };
}

function editorArgs(action: Exclude<Action, { type: 'bash' }>): Record<string, string> {
  const { type, ...rest } = action;
  return { action: type, ...rest };
}

function commandOf(action: Action): string {
  switch (action.type) {
    case 'bash':
      return action.command;
    case 'view':
      return `cat '${action.path}'`;
    case 'create':
      return `mkdir -p "$(dirname '${action.path}')" && cat > '${action.path}' <<'END_OF_FILE'\n${action.content.replace(/\n$/, '')}\nEND_OF_FILE`;
    case 'replace': {
      const script =
        'import sys; p, a, b = sys.argv[1:]; t = open(p).read(); assert t.count(a) == 1; open(p, "w").write(t.replace(a, b))';
      return `python3 -c '${script}' '${action.path}' ${shellQuote(action.old)} ${shellQuote(action.new)}`;
    }
  }
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
