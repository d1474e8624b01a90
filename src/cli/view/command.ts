import { type Command, InvalidArgumentError } from 'commander';
import { commandLine } from '../../model/command-line.ts';
import { interrupted, interruptible } from '../terminal/interruption.ts';

export function register(program: Command): void {
  program
    .command('view')
    .description('look at a run in the browser, only on this machine')
    .argument(
      '[what]',
      `a file of ${commandLine('journal export')}, a run such as r41, or owner/name; the newest run by default`,
    )
    .option('--repository <owner/name>', 'the repository the run belongs to')
    .option('--port <n>', 'port to listen on; a free one by default', port, 0)
    .option('--open', 'open the browser')
    .action(async (what: string | undefined, options: { repository?: string; port: number; open?: boolean }) => {
      const [{ openSource }, { startViewer }] = await Promise.all([
        import('./open-source.ts'),
        import('../../web/serve/viewer.ts'),
      ]);
      const signal = interruptible('closing the page.', null);
      await using opened = await openSource(what, options.repository);
      await using viewer = await startViewer(opened.source, options.port);
      const { repository, run } = opened.source.key;
      process.stdout.write(`${repository} ${run}: ${viewer.url}\n`);
      process.stderr.write('Stop with Ctrl-C.\n');
      if (options.open) (await import('./open-browser.ts')).openBrowser(viewer.url);
      await interrupted(signal);
    });
  program
    .command('report')
    .description('write a run as one HTML file that opens from a disk')
    .argument('<what>', `a file of ${commandLine('journal export')}, or a run such as r41`)
    .requiredOption('-o, --out <file>', 'the file to write, e.g. report.html')
    .option('--repository <owner/name>', 'the repository the run belongs to')
    .option('--cap <n>', 'maximum characters of diffs and transcripts in it', cap)
    .action(async (what: string, options: { repository?: string; out: string; cap?: number }) => {
      const [{ openSource }, { writeReportFile }] = await Promise.all([
        import('./open-source.ts'),
        import('../../web/serve/report.ts'),
      ]);
      await using opened = await openSource(what, options.repository);
      const cut = await writeReportFile(opened.source, options.out, options.cap);
      process.stdout.write(`${options.out}\n`);
      if (cut !== null) process.stderr.write(`${cut}\n`);
    });
}

const port = whole(65_535);
const cap = whole(1_000_000_000);

function whole(most: number): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text) && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`Give a whole number from 0 to ${most}.`);
  };
}
