import { HuxleyError } from '../../../model/error.ts';
import { apiAddress, webAddress } from '../../../model/network/github-address.ts';
import { type Origin, originOf, parseRemote } from '../../github/user.ts';

/**
 * The repository that `--repo` names: `owner/name`, its address, or what remote `origin` of this folder is. Which GitHub it is on
 * says `GITHUB_API_URL` or `GH_HOST`, else the remote, else it is github.com.
 * @throws HuxleyError `doctor.repository`
 */
export async function repositoryNamed(
  given: string | true,
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Origin> {
  const here = await originOf(folder, env);
  if (given === true) {
    if (here !== null) return here;
    throw new HuxleyError(
      'doctor.repository',
      'This folder has no remote origin that is a repository on GitHub',
      'Name the repository: `--repo owner/name`.',
    );
  }
  const address = parseRemote(given, env);
  if (address !== null) return address;
  if (!/^[\w.-]+\/[\w.-]+$/.test(given))
    throw new HuxleyError('doctor.repository', `${given} is not the name of a repository`, 'Write it as `owner/name`.');
  if (here?.repository.toLowerCase() === given.toLowerCase()) return here;
  const apiURL = env.GITHUB_API_URL || apiAddress(`https://${env.GH_HOST || 'github.com'}`);
  return { repository: given, webURL: webAddress(apiURL), apiURL };
}
