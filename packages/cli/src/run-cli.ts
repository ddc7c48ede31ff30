// The command line as a function: arguments in, exit code out.
import { readFileSync } from 'node:fs';
import { ModeshiftError } from '@modeshift/core';
import { Command, CommanderError } from 'commander';
import { addAskCommand } from './ask-command.ts';
import { addCompareCommand } from './compare-command.ts';
import { addEvalRetrievalCommand } from './eval-retrieval-command.ts';
import { addGenerateCommand } from './generate-command.ts';
import { addIndexCommand } from './index-command.ts';
import { addModelsCommand } from './models-command.ts';
import type { Output } from './output.ts';
import { addSearchCommand } from './search-command.ts';
import { addStudioCommand } from './studio/studio-command.ts';

/** Exit codes: done; something failed; wrong input; stopped by Ctrl-C. */
export const exitCodes = { done: 0, failed: 1, wrongInput: 2, interrupted: 130 } as const;

const processOutput: Output = { stdout: process.stdout, stderr: process.stderr };

/**
 * Runs the command line in this process.
 *
 * @param args the arguments after the command's name.
 * @returns the exit code: 0 done, 1 failed, 2 wrong input (one line on stderr says what to do), 130 stopped by Ctrl-C.
 * @example
 * ```ts
 * import { runCli } from 'modeshift';
 *
 * console.log(await runCli(['compare', 'no-such-file.csv', '--input', 'text', '--label', 'topic'])); // 2
 * ```
 */
export async function runCli(args: readonly string[], output: Output = processOutput): Promise<number> {
  let code: number = exitCodes.done;
  const program = new Command('modeshift')
    .description('Compare the ways to build an LLM application, on your own data.')
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: text => output.stdout.write(text),
      writeErr: () => {},
    })
    .action(() => program.outputHelp());
  const finish = (result: number): void => {
    code = result;
  };
  addCompareCommand(program, output, finish);
  addGenerateCommand(program, output, finish);
  addModelsCommand(program, output);
  addIndexCommand(program, output, finish);
  addSearchCommand(program, output, finish);
  addAskCommand(program, output, finish);
  addEvalRetrievalCommand(program, output, finish);
  addStudioCommand(program, output);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.done;
      const message = error.message.replace(/^error: /, '').replaceAll(/\s+/g, ' ');
      output.stderr.write(`modeshift: ${message} (see modeshift ${commandOf(program, args)}--help)\n`);
      return exitCodes.wrongInput;
    }
    if (ModeshiftError.is(error)) {
      output.stderr.write(`modeshift: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
      return wrongInputTags.has(error.reason.tag) ? exitCodes.wrongInput : exitCodes.failed;
    }
    throw error;
  }
}

/** The command that the arguments name, with a space after it, or nothing. */
function commandOf(program: Command, [first]: readonly string[]): string {
  return program.commands.some(command => command.name() === first) ? `${first} ` : '';
}

const wrongInputTags: ReadonlySet<string> = new Set(['invalid-input', 'authentication', 'unsupported', 'not-found']);

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}
