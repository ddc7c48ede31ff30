// Checks in a process of their own, one JSON line each, for tests of what may end the process. Test-only.

/** Runs the checks that the command line names, or all. A check gives its greatest difference. */
export async function reportChecks(checks: Readonly<Record<string, () => Promise<number>>>): Promise<void> {
  const names = process.argv.slice(2);
  for (const name of names.length > 0 ? names : Object.keys(checks)) {
    const line = await checks[name]!().then(
      worst => ({ name, worst }),
      (error: unknown) => ({ name, error: String(error) }),
    );
    console.log(JSON.stringify(line));
  }
}
