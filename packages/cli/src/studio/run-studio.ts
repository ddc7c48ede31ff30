// What `modeshift studio` does.
import { invalidInput } from '@modeshift/core';
import { listen, readPort, runUntilStopped } from '@modeshift/ui';
import type { Output } from '../output.ts';
import { printSampleSummary } from './sample-summary.ts';
import { studioApps } from './studio-apps.ts';
import type { StudioOptions } from './studio-command.ts';
import { StudioServer } from './studio-server.ts';

/**
 * Serves the apps until Ctrl-C.
 *
 * @throws ModeshiftError `invalid-input` for an app that is not there or what is no port; `refused` for a port that is taken.
 */
export async function runStudio({ port, host, app, open, sample }: StudioOptions, output: Output): Promise<void> {
  const apps = app === undefined ? studioApps : studioApps.filter(one => one.name === app);
  if (apps.length === 0)
    throw invalidInput(`There is no app "${app}". Known: ${studioApps.map(one => one.name).join(', ')}.`);
  const forOthers = host !== undefined && !['127.0.0.1', '::1', 'localhost'].includes(host);
  const chosenPort = port === undefined ? {} : { port: readPort(port) };
  const placed = apps.map(one => ({ ...one, load: () => one.load({ forOthers }) }));
  if (sample) await printSampleSummary(output);
  await runUntilStopped(place => listen(new StudioServer(placed), place), {
    ...chosenPort,
    ...(host !== undefined && { host }),
    open,
    path: app === undefined ? '/' : `/${app}/`,
    print: line => output.stdout.write(`${line}\n`),
  });
}
