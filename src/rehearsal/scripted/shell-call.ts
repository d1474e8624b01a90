import type { Answer, OfferedTool } from './model.ts';

/** What tools that run a shell command are called by the agents people use, and their input. */
const SHELL =
  /^(bash|shell|sh|exec_command|run_shell_command|execute_bash|run_command|run_terminal_cmd|terminal|execute_command|local_shell)$/i;
const COMMAND = ['command', 'cmd', 'script', 'commands', 'input'];

/** A call that runs a command by a tool of the agent's; null where it offers none that does. */
export function shellCall(tools: readonly OfferedTool[], command: string): Answer | null {
  const tool = tools.find(({ name }) => SHELL.test(name));
  const properties = tool?.schema.properties ?? {};
  const key = COMMAND.find((name) => name in properties);
  if (tool === undefined || key === undefined) return null;
  const others = (tool.schema.required ?? []).filter((name) => name !== key);
  return {
    call: tool.name,
    input: {
      [key]: typeOf(properties[key]) === 'array' ? ['bash', '-c', command] : command,
      ...Object.fromEntries(others.map((name) => [name, anything(properties[name])])),
    },
  };
}

/** How the words begin that hold a command: a conversation with them has had its command. */
export const FENCED = 'I run one command.';

/** The same for an agent that reads commands in the model's words, as mini-swe-agent does. */
export function fencedCommand(command: string): { readonly words: string } {
  return { words: `${FENCED}\n\n\`\`\`bash\n${command}\n\`\`\`` };
}

function typeOf(schema: unknown): unknown {
  return (schema as { type?: unknown } | undefined)?.type;
}

/** A value of a schema's type, where an agent's tool wants more than a command. */
function anything(schema: unknown): unknown {
  const first = (schema as { enum?: readonly unknown[] } | undefined)?.enum?.[0];
  if (first !== undefined) return first;
  const values: Readonly<Record<string, unknown>> = { boolean: false, number: 10, integer: 10, array: [], object: {} };
  return values[String(typeOf(schema))] ?? 'run a command';
}
