// `modeshift studio`: one server, one page that lists every app.
import type { Command } from 'commander';
import type { Output } from '../output.ts';
import { studioApps } from './studio-apps.ts';
import { passwordVariable } from './studio-user.ts';

/** Options of the command. */
export interface StudioOptions {
  readonly port?: string;
  readonly host?: string;
  readonly user?: string;
  readonly app?: string;
  readonly open: boolean;
  readonly sample?: boolean;
}

/** Adds the command to the program. */
export function addStudioCommand(program: Command, output: Output): void {
  program
    .command('studio')
    .description('open a page with every app: chat and others')
    .option('--port <n>', 'where it listens; 0 takes a free one (default: 7860, or a free one where that is taken)')
    .option('--host <name>', 'which network it listens on (default: 127.0.0.1, this machine only)')
    .option('--user <name>', `let only this user in, with the password in ${passwordVariable} or one that is printed`)
    .option('--app <name>', `the page of one app alone: ${studioApps.map(app => app.name).join(', ')}`)
    .option('--no-open', 'do not open a browser')
    .option('--sample', 'first print how modes do on a bundled task, then run another in every mode on nano, once')
    .option('--no-sample', 'neither of the two')
    .action(async (options: StudioOptions) => {
      // The server and what it stands on: other commands do without.
      const { runStudio } = await import('./run-studio.ts');
      await runStudio(options, output);
    });
}
