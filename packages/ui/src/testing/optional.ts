// Packages that only some tests need: installed by whoever writes those tests.
import { ModeshiftError } from '@modeshift/core';

/** Imports a package that need not be there. */
export async function optional<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    const message = `${name} is not installed. Install it for this test: npm install --save-dev ${name}`;
    throw new ModeshiftError({ tag: 'unsupported', feature: name }, message, { cause });
  }
}
