import { type LocalGitHub, type LocalGitHubOptions, startLocalGitHub } from '../../src/local-github/start.ts';
import { KNOWN_FAILURES } from '../contract/openapi/known-failures.ts';
import { ContractValidator } from '../contract/openapi/validator.ts';
import { WebhookValidator } from '../contract/openapi/webhooks.ts';

let operations: ContractValidator | undefined;
let webhooks: WebhookValidator | undefined;

export interface CheckedGitHub extends LocalGitHub {
  /** Ends it, and throws when anything it answered or sent is not as GitHub publishes it. */
  close(): Promise<void>;
  /** What was not as published so far, each once. */
  contractFailures(): string[];
}

/** Starts a local GitHub of which every request, answer and webhook is checked against GitHub's published descriptions. */
export async function startCheckedGitHub(options: LocalGitHubOptions): Promise<CheckedGitHub> {
  operations ??= new ContractValidator();
  webhooks ??= new WebhookValidator();
  const failures = new Set<string>();
  const add = (found: readonly string[]) => {
    for (const failure of found)
      if (!KNOWN_FAILURES.some(({ pattern }) => pattern.test(failure))) failures.add(failure);
  };
  const github = await startLocalGitHub({
    ...options,
    observe: (exchange) => {
      if (!exchange.injected) add(operations!.failures(exchange));
      options.observe?.(exchange);
    },
  });
  github.hub.events.on((event, payload) => add(webhooks!.failures(event.event, payload)));
  return {
    ...github,
    contractFailures: () => [...failures],
    async close() {
      await github.close();
      if (failures.size > 0) throw new Error(`not as GitHub publishes it:\n${[...failures].join('\n')}`);
    },
  };
}
