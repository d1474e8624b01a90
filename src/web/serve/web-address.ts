/** Where people look at what GitHub's REST API at this address tells of: api.github.com, api.NAME.ghe.com, or HOST/api/v3. */
export function webAddress(apiURL = 'https://api.github.com'): string {
  return apiURL
    .replace(/^(https?:\/\/)api\./, '$1')
    .replace(/\/api\/v3\/?$/, '')
    .replace(/\/$/, '');
}
