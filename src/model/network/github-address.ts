/** Where people look at what GitHub's REST API at this address tells of: api.github.com, api.NAME.ghe.com, or HOST/api/v3. */
export function webAddress(apiURL = 'https://api.github.com'): string {
  return apiURL
    .replace(/^(https?:\/\/)api\./, '$1')
    .replace(/\/api\/v3\/?$/, '')
    .replace(/\/$/, '');
}

/** The way back: where the REST API is of the GitHub that people look at here. */
export function apiAddress(webURL: string): string {
  const { protocol, host, origin } = new URL(webURL);
  return host === 'github.com' || host.endsWith('.ghe.com') ? `${protocol}//api.${host}` : `${origin}/api/v3`;
}
