#!/usr/bin/env node
// The executable: hands the arguments over and sets the exit code.
import { runCli } from './run-cli.ts';

// Whoever reads the output has enough, as `head` does: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
process.exitCode = await runCli(process.argv.slice(2));
