// What `modeshift studio` does.
import { invalidInput } from '@modeshift/core';
import { listen, type RunningServer, readPort, runUntilStopped, type ServeOptions } from '@modeshift/ui';
import type { Output } from '../output.ts';
import { sampleRun } from './sample-run.ts';
import { printSampleSummary } from './sample-summary.ts';
import { studioApps } from './studio-apps.ts';
import type { StudioOptions } from './studio-command.ts';
import { StudioServer } from './studio-server.ts';
import { studioUser } from './studio-user.ts';

/**
 * Serves the apps until Ctrl-C.
 *
 * @throws ModeshiftError `invalid-input` for an app that is not there, what is no port, or a password without a user; `refused` for a port that is taken.
 */
export async function runStudio(options: StudioOptions, output: Output): Promise<void> {
  const { port, host, app, open, sample } = options;
  const apps = app === undefined ? studioApps : studioApps.filter(one => one.name === app);
  if (apps.length === 0)
    throw invalidInput(`There is no app "${app}". Known: ${studioApps.map(one => one.name).join(', ')}.`);
  const forOthers = host !== undefined && !['127.0.0.1', '::1', 'localhost'].includes(host);
  const chosenPort = port === undefined ? {} : { port: readPort(port) };
  const placed = apps.map(one => ({ ...one, load: () => one.load({ forOthers }) }));
  const user = studioUser(options.user);
  const print = (line: string): unknown => output.stdout.write(`${line}\n`);
  if (sample) await printSampleSummary(output);
  const start = async (place: Pick<ServeOptions, 'port' | 'host'>): Promise<RunningServer> => {
    const studio = new StudioServer(placed, user && { users: { [user.name]: user.password } });
    const server = await listen(studio, place);
    if (sample && apps.some(one => one.name === 'compare'))
      sampleRun(server.url, user).then(
        ({ address, line }) => {
          studio.sample = address;
          print(line);
        },
        (error: unknown) => console.error('The sample could not be started:', error),
      );
    return server;
  };
  if (user?.isGenerated) print(`Log in as ${user.name} with the password ${user.password}`);
  await runUntilStopped(start, {
    ...chosenPort,
    ...(host !== undefined && { host }),
    open,
    path: app === undefined ? '/' : `/${app}/`,
    hasLogin: user !== undefined,
    print,
  });
}
