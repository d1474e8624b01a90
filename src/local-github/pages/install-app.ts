import type { RawHandler } from '../http/raw.ts';
import type { ServerContext } from '../server-context.ts';
import { Setup } from '../setup/setup.ts';
import type { App, User } from '../store/rows.ts';
import { formOf, personOf, sayPage, sendOn, tokenIn } from './form.ts';
import { type Html, html } from './html.ts';
import { page } from './layout.ts';

const PATH = /^\/apps\/([^/]+)\/installations\/new$/;

/** The page on which people install an App: on every repository of an account, or on some. */
export function installAppPages(hub: ServerContext): RawHandler {
  return async (request, response, { pathname }) => {
    const slug = PATH.exec(pathname)?.[1];
    if (slug === undefined) return false;
    const app = hub.store.apps.find({ slug });
    const say = (status: number, title: string, body: Html, to?: string) =>
      sayPage(response, status, page(title, { repository: null }, html`<h1>${title}</h1>${body}`), to);
    if (app === undefined) return say(404, 'Not found', html``);
    const form = request.method === 'POST' ? await formOf(request) : null;
    const person = personOf(hub, form?.get('token') ?? tokenIn(request) ?? '');
    const accounts = accountsOf(hub, app, person);
    const back = app.setupUrl === undefined ? '' : ` ${new URL(app.setupUrl).origin}`;
    if (form === null)
      return say(200, `Install ${app.name}`, askWhere(hub, accounts, person === null), `'self'${back}`);
    if (person === null) return say(401, 'Sign in to GitHub', html`<p>This is nobody’s token.</p>`);
    const account = accounts.find(({ login }) => login === form.get('account'));
    if (account === undefined) return say(403, 'It cannot be installed there', html``);
    if (hub.store.installations.find({ app: app.id, account: account.id }) !== undefined)
      return say(422, `${app.name} is installed on ${account.login}`, html``);
    const names = namesOf(hub, account);
    const chosen = form.getAll('repository').flatMap((each) => {
      const [owner, name] = each.split('/') as [string, string];
      return owner === account.login && names.includes(name) ? [name] : [];
    });
    const all = form.get('select') === 'all';
    if (!all && chosen.length === 0) return say(422, 'Choose repositories', html`<p>Go back and choose one.</p>`);
    const { id } = new Setup(hub).install(app, account.login, all ? undefined : chosen);
    if (app.setupUrl === undefined) return say(200, `${app.name} is installed on ${account.login}`, html``);
    const target = new URL(app.setupUrl);
    target.searchParams.set('installation_id', String(id));
    target.searchParams.set('setup_action', 'install');
    return sendOn(response, target.href);
  };
}

/** Where a person may install an App: a private one on its owner's account alone. Everybody is in every organization here. */
function accountsOf({ store }: ServerContext, app: App, person: User | null): User[] {
  return store.users.list({}).filter(({ id, type }) => {
    if (app.public === false && id !== app.owner) return false;
    return person === null ? id === app.owner : type === 'Organization' || id === person.id;
  });
}

const namesOf = ({ store }: ServerContext, { id }: User) =>
  store.repositories.list({ owner: id }).map(({ name }) => name);

function askWhere(hub: ServerContext, accounts: readonly User[], asksToken: boolean): Html {
  const repositories = accounts.flatMap((account) => namesOf(hub, account).map((name) => `${account.login}/${name}`));
  return html`<form method="post">
<p><label>Account <select name="account">${accounts.map(({ login }) => html`<option>${login}</option>`)}</select></label></p>
<p><label><input type="radio" name="select" value="all"> All repositories</label>
<label><input type="radio" name="select" value="some" checked> Only these:</label></p>
<ul>${repositories.map((name) => html`<li><label><input type="checkbox" name="repository" value="${name}"> ${name}</label></li>`)}</ul>
${asksToken && html`<p><label>A token of yours <input name="token" required autocomplete="off"></label></p>`}
<button>Install</button></form>`;
}
