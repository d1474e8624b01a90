import { commandLine } from '../../../../model/command-line.ts';
import { isHere } from '../../../../model/network/here.ts';
import type { Check } from '../../../../sandbox/setup/examine.ts';
import type { Origin } from '../../../github/user.ts';
import type { Answer, AppFacts, Delivery, Installation } from '../facts.ts';
import { appLinks } from '../links.ts';
import { missing, note, ok, orOk, unseen } from './check.ts';

/** What app.yml asks for. */
export interface Manifest {
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
}

type AppLinks = ReturnType<typeof appLinks>;

/** The App as GitHub knows it: registered as the manifest says, installed on the repository, and, where it `hears` by webhooks, of what happens there. */
export function appChecks(
  app: Answer<AppFacts> | null,
  asked: Manifest,
  origin: Origin,
  hears: boolean,
): readonly Check[] {
  if (app === null)
    return [
      note(
        'App',
        'not checked: its credentials are not here, so its permissions, installation and deliveries cannot be read',
        'Set APP_ID and PRIVATE_KEY (docs/operations.md), or run this where the App runs.',
        appLinks(origin, null).settings,
      ),
    ];
  if (!app.known) {
    const { settings } = appLinks(origin, null);
    if (app.status !== 401 && app.status !== 404) return [unseen('App', app, settings)];
    return [
      missing(
        'App',
        `GitHub does not accept its credentials: ${app.why}`,
        'Set APP_ID to the number on the App’s page, and PRIVATE_KEY to a key that is listed there; check that the clock is right.',
        settings,
      ),
    ];
  }
  const links = appLinks(origin, app.value);
  return [
    ...manifestChecks(app.value, asked, hears, links),
    ...installationChecks(app.value, asked, origin, links),
    ...(hears ? hookChecks(app.value, origin, links) : []),
  ];
}

function manifestChecks(
  { slug, permissions, events }: AppFacts,
  asked: Manifest,
  hears: boolean,
  links: AppLinks,
): readonly Check[] {
  const more = Object.keys(permissions).filter((name) => !Object.hasOwn(asked.permissions, name));
  const found: Check[] = [];
  for (const name of lacking(permissions, asked.permissions))
    found.push(
      missing(
        'Permissions of the App',
        `${slug} lacks \`${name}: ${asked.permissions[name]}\``,
        'Choose it on the App’s page, then accept it in the installation.',
        links.permissions,
      ),
    );
  if (more.length > 0)
    found.push(
      note(
        'Permissions of the App',
        `${slug} has permissions that it does not use: ${more.join(', ')}${more.includes('workflows') ? '. Without `workflows` GitHub itself keeps variants from changing what runs in Actions' : ''}`,
        'Remove them on the App’s page.',
        links.permissions,
      ),
    );
  const deaf = asked.events.filter((event) => !events.includes(event));
  if (hears && deaf.length > 0)
    found.push(
      missing(
        'Events of the App',
        `${slug} is not subscribed to ${deaf.join(', ')}`,
        'Tick them under Subscribe to events.',
        links.permissions,
      ),
    );
  return orOk(found, 'App', `${slug}, registered as app.yml says`);
}

const LEVELS = ['read', 'write', 'admin'];

function lacking(held: Manifest['permissions'], asked: Manifest['permissions']): string[] {
  return Object.keys(asked).filter(
    (name) => LEVELS.indexOf(held[name] ?? (name === 'metadata' ? 'read' : '')) < LEVELS.indexOf(asked[name]!),
  );
}

function installationChecks(
  { slug, installation, permissions, events }: AppFacts,
  asked: Manifest,
  { repository }: Origin,
  links: AppLinks,
): readonly Check[] {
  const name = 'Installation';
  if (!installation.known) return [unseen(name, installation, links.install)];
  if (installation.value === null)
    return [
      missing(name, `${slug} is not installed on ${repository}`, 'Install it, on this repository.', links.install),
    ];
  const held: Installation = installation.value;
  const found: Check[] = [];
  if (held.suspended)
    found.push(missing(name, `${slug} is suspended on ${repository}`, 'Press "Unsuspend".', held.url));
  const accepted = [
    ...lacking(held.permissions, asked.permissions).filter(
      (each) => !lacking(permissions, asked.permissions).includes(each),
    ),
    ...asked.events.filter((event) => events.includes(event) && !held.events.includes(event)),
  ];
  if (accepted.length > 0)
    found.push(
      missing(
        name,
        `what the App asks for was not accepted: ${accepted.join(', ')}`,
        'Press "Review request", then "Accept new permissions". Only an owner of the account can.',
        held.url,
      ),
    );
  return orOk(found, name, `${slug} is installed on ${repository}, with all it asks for`);
}

function hookChecks({ hook, deliveries }: AppFacts, { webURL }: Origin, links: AppLinks): readonly Check[] {
  const name = 'Webhook';
  if (!hook.known) return [unseen(name, hook, links.settings)];
  if (hook.value === null || !URL.canParse(hook.value))
    return [
      missing(
        name,
        hook.value === null ? 'no address is set: the App receives no events' : 'its address is not a URL',
        'Set "Webhook URL" to where the App listens, ending in /api/github/webhooks, and tick "Active".',
        links.settings,
      ),
    ];
  const { protocol, hostname } = new URL(hook.value);
  if (isHere(hostname) && !isHere(new URL(webURL).hostname))
    return [
      missing(
        name,
        `GitHub cannot reach ${hook.value}: that address means the machine itself`,
        'Set "Webhook URL" to an address that GitHub can reach.',
        links.settings,
      ),
    ];
  if (hostname === 'smee.io')
    return [
      note(
        name,
        `deliveries go to ${hook.value}, a relay: whoever knows that address reads them, and the App hears of them only while it listens there`,
        `Start the App with ${commandLine('serve --smee')}, or set "Webhook URL" to an address of its own.`,
        links.settings,
      ),
      deliveryCheck(deliveries, links),
    ];
  const open = protocol === 'http:' && !isHere(hostname);
  return [
    open
      ? note(name, `deliveries go to ${hook.value} without encryption`, 'Use https.', links.settings)
      : ok(name, `deliveries go to ${hook.value}`),
    deliveryCheck(deliveries, links),
  ];
}

function deliveryCheck(deliveries: AppFacts['deliveries'], links: AppLinks): Check {
  const name = 'Deliveries';
  if (!deliveries.known) return unseen(name, deliveries, links.deliveries);
  const last = new Map<string, Delivery>();
  for (const delivery of deliveries.value) if (!last.has(delivery.guid)) last.set(delivery.guid, delivery);
  const latest = [...last.values()];
  const [newest] = latest;
  if (newest === undefined)
    return note(
      name,
      'none of this repository among the last 100',
      'Comment on an issue, and check whether one arrives.',
      links.deliveries,
    );
  const failed = latest.filter(({ statusCode }) => statusCode < 200 || statusCode > 299);
  const [worst] = failed;
  if (worst === undefined) return ok(name, `all of the last ${latest.length} arrived, the newest at ${newest.at}`);
  const said = `${worst.event} at ${worst.at} ${worst.statusCode === 0 ? 'had no answer' : `was answered ${worst.statusCode}`} (${worst.status})`;
  const detail = `${failed.length} of the last ${latest.length} failed: ${said}`;
  const remedy =
    'Check that the App runs and can be reached at that address (401: its WEBHOOK_SECRET differs), then redeliver one.';
  return worst === newest
    ? missing(name, detail, remedy, links.deliveries)
    : note(name, `${detail}. The newest arrived at ${newest.at}`, remedy, links.deliveries);
}
