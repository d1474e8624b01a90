import type { Forge } from '../../github/forge.ts';
import { messageOf } from '../../model/error.ts';

/** The repository on GitHub where the environment is the App's; otherwise why it is not asked. */
export async function forgeOf(env: NodeJS.ProcessEnv, repository: string): Promise<Forge | string> {
  try {
    const { withAppFile } = await import('../../environment/app-file.ts');
    if (!withAppFile(env).APP_ID) return 'not asked: APP_ID is not set here, as it is for the App';
    const [{ pino }, { readDeployment }, { connect }] = await Promise.all([
      import('pino'),
      import('../../environment/app.ts'),
      import('../../app/connect.ts'),
    ]);
    return await (await connect({ ...readDeployment(env), log: pino({ level: 'silent' }) })).forge(repository);
  } catch (error) {
    return `not asked: ${messageOf(error)}`;
  }
}
