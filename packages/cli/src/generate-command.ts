// `modeshift generate`: one prompt to one model, to try it out.
import { readFile } from 'node:fs/promises';
import {
  type GenerateTextResult,
  invalidInput,
  type LanguageCall,
  type LanguageModel,
  type Message,
  ModeshiftError,
  type Progress,
  streamText,
} from '@modeshift/core';
import { type Command, Option } from 'commander';
import { interruptible } from './interruptible.ts';
import { loadLanguageModel } from './load-language-model.ts';
import { count, positive, whole } from './option-values.ts';
import type { Output } from './output.ts';
import { progressLine } from './progress-line.ts';

interface GenerateOptions {
  readonly model: string;
  readonly prompt?: string;
  readonly system?: string;
  readonly raw?: boolean;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly seed?: number;
  readonly maxTokens: number;
  readonly stop: readonly string[];
  readonly schema?: string;
  readonly weights?: 'f32' | 'int8' | 'int4';
  readonly threads?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds the command to the program; `finish` is told the exit code. */
export function addGenerateCommand(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('generate')
    .description('send one prompt to a model, on this machine or hosted, and print the answer as it comes')
    .requiredOption(
      '--model <path|id>',
      'a checkpoint folder, an id on the hub, or provider:id, e.g. openai:gpt-5.4-mini',
    )
    .option('--prompt <text>', 'the prompt; - or nothing reads it from standard input')
    .option('--system <text>', 'a system message before it')
    .option('--raw', 'a local model continues the prompt as it is, without its chat template')
    .option('--temperature <n>', '0 always takes the likeliest token (default: what the model asks for)', positive)
    .option('--top-p <n>', 'sample from the likeliest tokens that together have this probability', positive)
    .option('--top-k <n>', 'sample from this many tokens', count)
    .option('--seed <n>', 'same seed, same answer', whole)
    .option('--max-tokens <n>', 'the most tokens to generate', count, 256)
    .option('--stop <text>', 'end before this text (may be repeated)', collect, [])
    .option('--schema <file>', 'the answer is JSON that fits this JSON Schema')
    .addOption(new Option('--weights <format>', 'of a local model, in memory').choices(['f32', 'int8', 'int4']))
    .option('--threads <n>', 'of a local model', count)
    .option('--json', 'print the answer with its usage and times as JSON')
    .option('--quiet', 'no progress')
    .action(async (options: GenerateOptions) => {
      finish(await runGenerate(options, output));
    });
}

async function runGenerate(options: GenerateOptions, output: Output): Promise<number> {
  const line = progressLine(output.stderr, options.quiet ?? false);
  const text = options.prompt === undefined || options.prompt === '-' ? await readStandardInput() : options.prompt;
  const call = await readCall(options, text);
  const model = await loadLanguageModel(options.model, {
    ...(options.weights ? { weights: options.weights } : {}),
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    onProgress: progress => line.show(describe(progress)),
  });
  const started = performance.now();
  let firstMs: number | undefined;
  let result: GenerateTextResult | undefined;
  let stopped = false;
  try {
    await interruptible(output.stderr, async signal => {
      const answer = streamText({ model, ...call, signal } as Parameters<typeof streamText<LanguageModel>>[0]);
      try {
        for await (const piece of answer.textStream) {
          if (firstMs === undefined) {
            firstMs = performance.now() - started;
            line.clear();
          }
          if (!options.json) output.stdout.write(piece);
        }
        result = await answer.result;
      } catch (error) {
        if (!ModeshiftError.is(error, 'aborted')) throw error;
        stopped = true;
      }
    });
  } finally {
    line.clear();
    await (model as { dispose?: () => Promise<void> }).dispose?.();
  }
  const totalMs = performance.now() - started;
  if (options.json && result) {
    const { text: answer, toolCalls, finishReason, usage, usd } = result;
    const figures = { firstTokenMs: round(firstMs), totalMs: round(totalMs) };
    const report = { model: options.model, text: answer, toolCalls, finishReason, usage, usd, ...figures };
    output.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  } else if (!options.json) output.stdout.write('\n');
  return stopped ? 130 : 0;
}

async function readCall(options: GenerateOptions, text: string): Promise<LanguageCall> {
  if (text === '') throw invalidInput('There is no prompt. Give --prompt TEXT, or send it to standard input.');
  if (options.raw && options.system !== undefined)
    throw invalidInput('--raw takes the prompt as it is, so it has no place for --system. Leave one of them out.');
  const messages: Message[] = [{ role: 'user', content: text }];
  if (options.system !== undefined) messages.unshift({ role: 'system', content: options.system });
  const { temperature, topP, topK, seed, maxTokens, stop } = options;
  return {
    messages,
    maxTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop.length > 0 ? { stop } : {}),
    ...(options.schema === undefined ? {} : { output: { type: 'json', schema: await readSchema(options.schema) } }),
    ...(options.raw ? { providerOptions: { local: { raw: true } } } : {}),
  };
}

async function readSchema(file: string): Promise<Readonly<Record<string, unknown>>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw invalidInput(`The schema ${file} cannot be read (${(cause as { code?: string }).code}). Check the path.`);
  }
  try {
    const schema: unknown = JSON.parse(text);
    if (typeof schema === 'object' && schema !== null && !Array.isArray(schema))
      return schema as Record<string, unknown>;
  } catch {
    // Told below, as what is JSON and no schema.
  }
  throw invalidInput(`${file} is no JSON Schema. It must hold a JSON object such as {"type": "object", …}.`);
}

async function readStandardInput(): Promise<string> {
  if (process.stdin.isTTY) throw invalidInput('There is no prompt. Give --prompt TEXT, or send it to standard input.');
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8').trimEnd();
}

function describe({ phase, done, total, unit }: Progress): string {
  if (unit !== 'bytes' || !total) return phase;
  return `${phase} ${(done / 1e6).toFixed(0)} of ${(total / 1e6).toFixed(0)} MB`;
}

const round = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.round(ms * 10) / 10);

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
