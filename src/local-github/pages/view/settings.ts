import type { Actions } from '../../actions/actions.ts';
import { environmentNamed, setSetting } from '../../actions/run/settings.ts';
import { atLeast, roleOf } from '../../auth/access.ts';
import type { Actor } from '../../auth/actor.ts';
import { fullName, timestamp } from '../../server-context.ts';
import type { Repository } from '../../store/rows.ts';
import { type Html, html } from '../html.ts';
import { page } from '../layout.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Environments and secrets, as on GitHub's settings pages: names are shown, values never. */
export function settingsPage(actions: Actions, repo: Repository, said = ''): Html {
  const { hub, tables } = actions;
  const name = fullName(hub, repo);
  const secrets = (environment: number) => tables.settings.list({ repo: repo.id, environment, kind: 'secret' });
  const listed = (of: readonly { readonly name: string }[]) =>
    of.length === 0
      ? html`<span class="dim">no secrets</span>`
      : of.map((each) => html`<span class="mono">${each.name}</span> `);
  const environments = tables.environments.list({ repo: repo.id });
  return page(
    `Settings of ${name}`,
    { repository: name, section: 'settings' },
    html`<h1>Environments and secrets</h1>${said !== '' && html`<p><strong>${said}</strong></p>`}
<div class="box"><div class="body"><div>Repository: ${listed(secrets(0))}</div>
${environments.map(
  ({ id, name: each, branches }) =>
    html`<div>Environment <span class="mono">${each}</span>, ${branches === null ? 'every branch' : `branches ${branches.map((branch) => branch.name).join(', ')}`}: ${listed(secrets(id))}</div>`,
)}</div></div>
<h2>New environment</h2>
<form method="post"><input type="hidden" name="do" value="environment">
<p><label>Name <input name="environment" value="huxley" required></label>
<label>Branch that may use it <input name="branch" value="${repo.defaultBranch}"></label></p>
<p><label>Your token <input name="token" type="password" required></label> <button>Save</button></p></form>
<h2>New secret</h2>
<form method="post"><input type="hidden" name="do" value="secret">
<p><label>Environment <input name="environment" value="huxley"></label> (none: the whole repository)</p>
<p><label>Name <input name="name" value="OPENAI_API_KEY" required></label>
<label>Value <input name="value" type="password" required></label></p>
<p><label>Your token <input name="token" type="password" required></label> <button>Save</button></p></form>`,
  );
}

/** Does what a form of that page asks for; gives what to say, and the status. */
export function changeSettings(
  actions: Actions,
  actor: Actor,
  repo: Repository,
  form: URLSearchParams,
): [number, string] {
  const { hub, tables } = actions;
  if (actor.type !== 'user' || !atLeast(roleOf(hub.store, repo, actor.user.id), 'admin'))
    return [403, 'Only an administrator of the repository may do that: give a token of theirs.'];
  const of = (field: string) => (form.get(field) ?? '').trim();
  const environment = of('environment');
  if (of('do') === 'environment') {
    if (!/^[\w-]{1,255}$/.test(environment)) return [422, 'An environment needs a name.'];
    const { id } = environmentNamed(actions, repo, environment);
    const branches = of('branch') === '' ? null : [{ id: 1, name: of('branch') }];
    tables.environments.update(id, { branches, updatedAt: timestamp(hub) });
    return [200, `Environment ${environment} is saved.`];
  }
  const name = of('name').toUpperCase();
  if (!NAME.test(name) || name.startsWith('GITHUB_')) return [422, 'That cannot be the name of a secret.'];
  if (environment !== '' && tables.environments.find({ repo: repo.id, name: environment }) === undefined)
    return [404, `There is no environment ${environment}: make it first.`];
  setSetting(actions, 'secret', repo, name, form.get('value') ?? '', environment === '' ? undefined : environment);
  return [200, `Secret ${name} is saved.`];
}
