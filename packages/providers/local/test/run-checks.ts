// Runs a file of checks in a process of its own. Test-only.
import { spawnSync } from 'node:child_process';

/** What a check reported. */
export interface CheckLine {
  readonly name: string;
  /** The greatest difference; `null` where it is no number. */
  readonly worst?: number | null;
  readonly error?: string;
}

/** The lines that are not within a tolerance. */
export const beyond = (lines: readonly CheckLine[], tolerance: number): readonly CheckLine[] =>
  lines.filter(({ worst }) => !(typeof worst === 'number' && worst < tolerance));

/** The lines of a file's checks, and how its process ended: 0, or the signal of a crash. */
export function runChecks(file: string, names: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const { stdout, stderr, signal, status } = spawnSync(
    process.execPath,
    ['--conditions=modeshift-source', file, ...names],
    { encoding: 'utf8', timeout: 280_000, env: { ...process.env, ...environment } },
  );
  const lines = stdout.split('\n').filter(line => line.startsWith('{'));
  return { lines: lines.map(line => JSON.parse(line) as CheckLine), ended: signal ?? status, stderr };
}
