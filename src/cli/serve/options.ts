import { Option } from 'commander';
import { HuxleyError } from '../../model/error.ts';
import { apiAddress } from '../../model/network/github-address.ts';

export interface ServeOptions {
  readonly url?: string;
  readonly github?: string;
  readonly organization?: string;
  /** `true` without a value. */
  readonly smee?: string | true;
  readonly trustProxy?: boolean;
  readonly printCredentials?: boolean;
}

/** Options of `serve`; most are for the first start, on which the App is registered. */
export const SERVE_OPTIONS: readonly Option[] = [
  new Option('--url <address>', 'where people and GitHub reach this server (default: HUXLEY_URL)'),
  new Option('--github <address>', 'the GitHub to register the App on, e.g. of an Enterprise Server'),
  new Option('--organization <name>', 'the organization that the App is registered for (default: your own account)'),
  new Option('--smee [address]', 'receive events through a relay, for a machine without a public address').env(
    'HUXLEY_SMEE',
  ),
  new Option('--trust-proxy', 'trust X-Forwarded-Host and -Proto while the App is registered'),
  new Option('--print-credentials', 'print the credentials once as environment variables, and keep no file'),
];

/** This process's environment; the options that stand for variables go before them. @throws HuxleyError `cli.bad-address` */
export function environmentOf({ url, github }: ServeOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...(url && { HUXLEY_URL: url }),
    ...(github && { GITHUB_API_URL: apiAddress(addressIn('--github', github)) }),
  };
}

/** An option's address of a web server. @throws HuxleyError `cli.bad-address` */
export function addressIn(option: string, text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new HuxleyError('cli.bad-address', `${option} is '${text}'.`, 'Give an address that begins with https://.');
}
