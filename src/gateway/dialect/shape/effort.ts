import type { Effort } from '../../../model/limits/effort.ts';

/** Other names servers have for the same wish. */
const OTHERS = ['reasoning', 'thinking', 'thinking_budget', 'enable_thinking', 'reasoning_budget', 'google'];

/** Anthropic's names, and the tokens of thought that models which know only a budget get at most. */
const ANTHROPICS: Readonly<Record<Effort, { readonly name: string; readonly budget: number }>> = {
  none: { name: 'low', budget: 0 },
  minimal: { name: 'low', budget: 1_024 },
  low: { name: 'low', budget: 4_096 },
  medium: { name: 'medium', budget: 12_288 },
  high: { name: 'high', budget: 32_768 },
  xhigh: { name: 'max', budget: Number.POSITIVE_INFINITY },
};

/** Sets how hard the model thinks in a call, whatever the agent asked for and by whichever name. Changes `fields`. */
export function pinEffort(path: string, fields: Record<string, unknown>, effort: Effort): void {
  if (path === '/v1/chat/completions') {
    for (const name of OTHERS) delete fields[name];
    const { chat_template_kwargs: template } = fields;
    if (typeof template === 'object' && template !== null)
      fields.chat_template_kwargs = Object.fromEntries(
        Object.entries(template).filter(([name]) => !/think|reason/i.test(name)),
      );
    fields.reasoning_effort = effort;
  } else if (path === '/v1/responses') fields.reasoning = { ...(fields.reasoning as object | undefined), effort };
  else if (path === '/v1/messages') pinThinking(fields, effort);
}

function pinThinking(fields: Record<string, unknown>, effort: Effort): void {
  const { name, budget } = ANTHROPICS[effort];
  const { thinking, output_config: output } = fields as {
    readonly thinking?: { readonly type?: unknown; readonly budget_tokens?: unknown };
    readonly output_config?: { readonly effort?: unknown };
  };
  if (budget === 0) fields.thinking = { type: 'disabled' };
  else if (typeof thinking?.budget_tokens === 'number' && thinking.budget_tokens > budget)
    fields.thinking = { ...thinking, budget_tokens: budget };
  // Models that know no effort refuse the field; those that are asked to adapt know it.
  if (output?.effort !== undefined || thinking?.type === 'adaptive') fields.output_config = { ...output, effort: name };
}
