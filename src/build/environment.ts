import { posix } from 'node:path';
import { AUTHORITY } from './proxy/proxy.ts';

/** Variables by which tools find the certificates they trust, each tool by its own. */
const TRUST = [
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'npm_config_cafile',
  'YARN_HTTPS_CA_FILE_PATH',
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'CARGO_HTTP_CAINFO',
  'BUNDLE_SSL_CA_CERT',
  'COMPOSER_CAFILE',
];

/** Variables by which tools find a proxy, each tool by its own. */
export function proxyVariables(address: string): Readonly<Record<string, string>> {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];
  return Object.fromEntries(names.map((name) => [name, address]));
}

/** What a build is given: where the proxy is, whom to trust, and that nobody is there to answer questions. No key, ever. */
export function buildEnvironment(address: string, folder: string): Readonly<Record<string, string>> {
  return {
    ...proxyVariables(address),
    ...{ YARN_HTTP_PROXY: address, YARN_HTTPS_PROXY: address },
    ...Object.fromEntries(TRUST.map((name) => [name, posix.join(folder, AUTHORITY)])),
    ...{
      NODE_USE_ENV_PROXY: '1',
      HOME: '/tmp',
      TMPDIR: '/tmp',
      CI: '1',
      PIP_NO_INPUT: '1',
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
    },
    // Questions to the registry that are nobody's dependencies.
    ...{ npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' },
  };
}
