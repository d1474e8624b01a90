import type { Origin } from '../../github/user.ts';
import { shellCommand } from '../../terminal/print.ts';

/** Commands of GitHub's own `gh` that do what a set-up would do. */
export class Gh {
  readonly #repository: string;
  readonly #host: readonly string[];
  readonly #named: string;

  constructor({ repository, webURL }: Origin) {
    const { host } = new URL(webURL);
    const usual = host === 'github.com';
    this.#repository = repository;
    this.#host = usual ? [] : ['--hostname', host];
    this.#named = usual ? repository : `${host}/${repository}`;
  }

  /** @param from what the secret is read from: `printenv NAME |` before, or `< FILE` after; nothing asks for it */
  secret(
    name: string,
    { before = '', after = '' }: { readonly before?: string; readonly after?: string } = {},
  ): string {
    return `${before}${shellCommand('gh', 'secret', 'set', name, '--env', 'huxley', '--repo', this.#named)}${after}`;
  }

  environment(branch: string): readonly string[] {
    const policy = ['protected_branches=false', 'custom_branch_policies=true'];
    return [
      this.#api(
        'PUT',
        'environments/huxley',
        ...policy.flatMap((part) => ['-F', `deployment_branch_policy[${part.replace('=', ']=')}`]),
      ),
      this.#api('POST', 'environments/huxley/deployment-branch-policies', '-f', `name=${branch}`),
    ];
  }

  actionsMayOpenPulls(): string {
    return this.#api('PUT', 'actions/permissions/workflow', '-F', 'can_approve_pull_request_reviews=true');
  }

  label(name: string): string {
    return shellCommand('gh', 'label', 'create', name, '--repo', this.#named);
  }

  pull(branch: string): string {
    return shellCommand('gh', 'pr', 'create', '--repo', this.#named, '--head', branch, '--fill');
  }

  #api(method: string, path: string, ...rest: readonly string[]): string {
    return shellCommand('gh', 'api', ...this.#host, '--method', method, `repos/${this.#repository}/${path}`, ...rest);
  }
}
