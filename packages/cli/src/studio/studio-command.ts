// `modeshift studio`: one server, one page that lists every app.
import { invalidInput } from '@modeshift/core';
import { listen, readPort, runUntilStopped } from '@modeshift/ui';
import type { Command } from 'commander';
import type { Output } from '../output.ts';
import { printSampleSummary } from './sample-summary.ts';
import { studioApps } from './studio-apps.ts';
import { StudioServer } from './studio-server.ts';

interface StudioOptions {
  readonly port?: string;
  readonly host?: string;
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
    .option('--app <name>', `the page of one app alone: ${studioApps.map(app => app.name).join(', ')}`)
    .option('--no-open', 'do not open a browser')
    .option('--sample', 'first print how the modes do on the bundled sample')
    .action((options: StudioOptions) => runStudio(options, output));
}

async function runStudio({ port, host, app, open, sample }: StudioOptions, output: Output): Promise<void> {
  const apps = app === undefined ? studioApps : studioApps.filter(one => one.name === app);
  if (apps.length === 0)
    throw invalidInput(`There is no app "${app}". Known: ${studioApps.map(one => one.name).join(', ')}.`);
  const chosenPort = port === undefined ? {} : { port: readPort(port) };
  if (sample) await printSampleSummary(output);
  await runUntilStopped(place => listen(new StudioServer(apps), place), {
    ...chosenPort,
    ...(host !== undefined && { host }),
    open,
    path: app === undefined ? '/' : `/${app}/`,
    print: line => output.stdout.write(`${line}\n`),
  });
}
