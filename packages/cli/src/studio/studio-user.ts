// Who may use a studio that others can reach.
import { randomBytes } from 'node:crypto';
import { invalidInput } from '@modeshift/core';

/** The variable with the password, so that it stands in no list of processes and no history of commands. */
export const passwordVariable = 'MODESHIFT_STUDIO_PASSWORD';

/** The one user of a studio. */
export interface StudioUser {
  readonly name: string;
  readonly password: string;
  /** Nobody knows the password yet: it is to be printed. */
  readonly isGenerated: boolean;
}

/**
 * The user that `--user` names; `undefined` where everybody is let in.
 *
 * @throws ModeshiftError `invalid-input` for an empty name, and for a password that nobody would be asked for.
 */
export function studioUser(name: string | undefined, env: NodeJS.ProcessEnv = process.env): StudioUser | undefined {
  const password = env[passwordVariable];
  if (name === undefined && !password) return undefined;
  if (!name?.trim())
    throw invalidInput(
      name === undefined
        ? `${passwordVariable} is set, but nobody would be asked for it: add --user NAME.`
        : '--user needs a name.',
    );
  return { name: name.trim(), password: password || randomBytes(12).toString('base64url'), isGenerated: !password };
}
