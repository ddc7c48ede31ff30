// What the command line and the apps offer of this package.
import type { ProviderOffer } from '@modeshift/core';
import { checkDevice } from '../network/device.ts';
import { local } from './local.ts';

/** One provider: `local:` with a folder or an id on the hub. */
export const providers: readonly ProviderOffer[] = [
  {
    name: 'local',
    model: (checkpoint, { device }) => local(checkpoint, device === undefined ? {} : { device: checkDevice(device) }),
  },
];
