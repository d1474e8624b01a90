type Environment = Readonly<Record<string, string | undefined>>;

/** What is this machine itself, as `NO_PROXY` has it: nothing of that goes through a proxy. Node alone knows ranges. */
const HERE = 'localhost,127.0.0.1,127.0.0.1-127.255.255.255,0.0.0.0,::1,[::1]';

/**
 * The proxy that the environment names by `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` in either case, in the spellings that git, curl and
 * Node go by first; empty without one. Neither this machine nor the Docker engine is reached through it.
 */
export function proxyVariables(env: Environment): Readonly<Record<string, string>> {
  const read = (name: string) => env[name] || env[name.toUpperCase()] || '';
  const given = read('no_proxy');
  const proxies = ['http_proxy', 'https_proxy']
    .filter((name) => read(name) !== '')
    .map((name) => [name, read(name).includes('://') ? read(name) : `http://${read(name)}`]);
  if (proxies.length === 0 || given.trim() === '*') return {};
  const engine = URL.canParse(env.DOCKER_HOST ?? '') ? new URL(env.DOCKER_HOST!).hostname : '';
  return { ...Object.fromEntries(proxies), no_proxy: [given, HERE, engine].filter(Boolean).join(',') };
}

/**
 * Sends what this process asks for from now on through the proxy that the environment names. No other process inherits it.
 *
 * @returns why that is not done, for people to read; null where it is, or where there is no proxy
 */
export function goThroughProxy(env: Environment = process.env): string | null {
  const { no_proxy, ...proxies } = proxyVariables(env);
  if (no_proxy === undefined) return null;
  // Never with the address itself, which may hold a password.
  if (!Object.values(proxies).every((address) => URL.canParse(address) && /^https?:/.test(address)))
    return 'The proxy of the environment is not used: HTTP_PROXY and HTTPS_PROXY have to be like http://proxy.example.com:3128.';
  // Since Node 24.14.
  const http: typeof import('node:http') & { readonly setGlobalProxyFromEnv?: (env: Environment) => unknown } =
    process.getBuiltinModule('node:http');
  if (http.setGlobalProxyFromEnv) http.setGlobalProxyFromEnv({ ...proxies, no_proxy });
  else if (env.NODE_USE_ENV_PROXY !== '1')
    return `Node ${process.versions.node} does not use the proxy of the environment by itself. Install Node 24.14 or newer, or set NODE_USE_ENV_PROXY=1.`;
  return null;
}
