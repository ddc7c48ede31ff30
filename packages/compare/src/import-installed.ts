// Imports a package or file that the user names: from the user's own project first, then from beside this package.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Imports `./file.ts`, an absolute path or an installed package.
 *
 * @returns the module, or `undefined` when there is no such file or package. An error inside the module is thrown.
 */
export async function importInstalled(name: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const isPath = /^\.{0,2}[/\\]|^[a-z]:\\|\.[cm]?[jt]s$/i.test(name);
  const url = isPath ? pathToFileURL(resolve(name)).href : urlInProject(name);
  try {
    return (await import(url)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    // A missing module may also be one that the module itself wants: that is an error to show.
    if (code === 'ERR_MODULE_NOT_FOUND' && (message.includes(`'${name}'`) || message.includes(resolve(name))))
      return undefined;
    throw error;
  }
}

function urlInProject(name: string): string {
  try {
    return pathToFileURL(createRequire(join(process.cwd(), 'index.js')).resolve(name)).href;
  } catch {
    return name;
  }
}
