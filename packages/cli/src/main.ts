#!/usr/bin/env node
// The executable: hands the arguments over and sets the exit code.
import { runCli } from './run-cli.ts';

process.exitCode = await runCli(process.argv.slice(2));
