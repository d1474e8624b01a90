import { z } from 'zod';
import type { AppFile } from '../../environment/app-file.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';

const schema = z.object({
  id: z.number().int().positive(),
  slug: z.string().min(1),
  html_url: z.url({ protocol: /^https?$/ }),
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  webhook_secret: z.string().min(1),
  pem: z.string().min(1),
});

/** An App that was registered just now, and its own page on GitHub. */
export interface Registered {
  readonly app: AppFile;
  readonly page: string;
}

/**
 * Trades the code that GitHub sent somebody back with for the App's credentials. GitHub gives them once, within an hour.
 * @throws HuxleyError `register.code` where GitHub does not know the code any more, `register.unreached` where it may be tried again
 */
export async function convert(apiURL: string, code: string): Promise<Registered> {
  const answer = await fetch(`${apiURL}/app-manifests/${encodeURIComponent(code)}/conversions`, {
    method: 'POST',
    headers: { accept: 'application/vnd.github+json', 'user-agent': 'huxley' },
    signal: AbortSignal.timeout(30_000),
  }).catch((error) => {
    throw unreached(messageOf(error.cause ?? error));
  });
  if (answer.status === 404 || answer.status === 422)
    throw new HuxleyError(
      'register.code',
      'GitHub does not know this code: it was used already, or is more than an hour old.',
      'Delete the App on GitHub if it exists, and start again.',
    );
  if (!answer.ok) throw unreached(`it answers ${answer.status}`);
  const parsed = schema.safeParse(await answer.json());
  if (!parsed.success)
    throw new HuxleyError(
      'register.answer',
      `GitHub's answer lacks the App's ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}.`,
      'Delete the App on GitHub, and register one by hand (docs/operations.md).',
    );
  const { data } = parsed;
  return {
    app: {
      appId: data.id,
      privateKey: data.pem.trim(),
      webhookSecret: data.webhook_secret,
      slug: data.slug,
      apiURL,
      clientId: data.client_id,
      clientSecret: data.client_secret,
    },
    page: data.html_url,
  };
}

function unreached(why: string): HuxleyError {
  return new HuxleyError('register.unreached', `GitHub did not give the credentials: ${why}.`, 'Reload this page.');
}
