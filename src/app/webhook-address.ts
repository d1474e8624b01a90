import { type AppCredentials, openProbot } from './connect.ts';

/** Where an App sends its events, as GitHub keeps it. */
export interface WebhookAddress {
  readonly url: string;
  set(url: string): Promise<void>;
}

/** Asks GitHub, as the App, where its events go. */
export async function webhookAddress(credentials: AppCredentials): Promise<WebhookAddress> {
  const octokit = await (await openProbot(credentials)).auth();
  const { data } = await octokit.request('GET /app/hook/config');
  return {
    url: data.url ?? '',
    async set(url) {
      // As data: a parameter of that name would be the request's own address.
      await octokit.request('PATCH /app/hook/config', { data: { url, content_type: 'json' } });
    },
  };
}
