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
import { type Device, formatBytes, type LocalModel, type LocalOptions } from '@modeshift/local';
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
  readonly blockSize?: '32' | '64' | '128';
  readonly device?: Device;
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
      'a checkpoint folder, an id on the hub, nano, or provider:id, e.g. openai:gpt-5.4-mini',
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
    .addOption(
      new Option('--block-size <n>', 'weights of int8 or int4 that share a scale').choices(['32', '64', '128']),
    )
    .addOption(new Option('--device <name>', 'where a local model computes').choices(['cpu', 'webgpu']))
    .option('--threads <n>', 'of a local model', count)
    .option('--json', 'print the answer with its usage and times as JSON')
    .option('--quiet', 'no progress')
    .action(async (options: GenerateOptions) => {
      finish(await runGenerate(options, output));
    });
}

async function runGenerate(options: GenerateOptions, output: Output): Promise<number> {
  const quiet = options.quiet ?? false;
  const line = progressLine(output.stderr, quiet);
  const say = (text: string): unknown => !quiet && output.stderr.write(text);
  const text = options.prompt === undefined || options.prompt === '-' ? await readStandardInput() : options.prompt;
  const call = await readCall(options, text);
  const model = await loadLanguageModel(options.model, {
    ...readWeights(options),
    ...(options.device ? { device: options.device } : {}),
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    onProgress: progress => line.show(describe(progress)),
  });
  try {
    return await interruptible(output.stderr, async signal => {
      const raw = await mustBeRaw(model, options, signal);
      line.clear();
      if (raw) say(`${options.model} has no chat template, so it continues the prompt as it is (--raw).\n`);
      return answer(
        model,
        raw ? { ...call, providerOptions: { local: { raw: true } } } : call,
        options,
        output,
        signal,
      );
    });
  } catch (error) {
    if (ModeshiftError.is(error, 'aborted')) return 130;
    throw error;
  } finally {
    line.clear();
    await (model as Partial<LocalModel>).dispose?.();
  }
}

/** Loads a local model; one without a chat template can only continue a text. */
async function mustBeRaw(
  model: LanguageModel,
  { raw, system }: GenerateOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const info = await (model as Partial<LocalModel>).load?.({ signal });
  if (!info || info.hasChatTemplate || raw) return false;
  if (system !== undefined)
    throw invalidInput(`${model.modelId} has no chat template, so it has no place for --system. Leave it out.`);
  return true;
}

async function answer(
  model: LanguageModel,
  call: LanguageCall,
  options: GenerateOptions,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const started = performance.now();
  let firstMs: number | undefined;
  const stream = streamText({ model, ...call, signal } as Parameters<typeof streamText<LanguageModel>>[0]);
  let result: GenerateTextResult;
  try {
    for await (const piece of stream.textStream) {
      firstMs ??= performance.now() - started;
      if (!options.json) output.stdout.write(piece);
    }
    result = await stream.result;
  } finally {
    if (!options.json && firstMs !== undefined) output.stdout.write('\n');
  }
  const totalMs = performance.now() - started;
  const { toolCalls, finishReason, usage, usd } = result;
  const later = (usage.outputTokens ?? 0) - 1;
  const tokensPerSecond = firstMs !== undefined && later > 0 ? (later / (totalMs - firstMs)) * 1000 : undefined;
  if (options.json) {
    const figures = { firstTokenMs: round(firstMs), totalMs: round(totalMs), tokensPerSecond: round(tokensPerSecond) };
    const report = { model: options.model, text: result.text, toolCalls, finishReason, usage, usd, ...figures };
    output.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  } else if (!options.quiet && tokensPerSecond !== undefined) {
    const end = finishReason === 'length' ? ', ended by the limit of tokens' : '';
    output.stderr.write(
      `${usage.outputTokens} tokens, the first after ${Math.round(firstMs!)} ms, then ${tokensPerSecond.toFixed(1)} a second${end}\n`,
    );
  }
  return 0;
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

function readWeights({ weights, blockSize }: GenerateOptions): Pick<LocalOptions, 'weights'> {
  if (blockSize === undefined) return weights ? { weights } : {};
  if (weights !== 'int8' && weights !== 'int4')
    throw invalidInput('--block-size is for weights in few bits. Give --weights int8 or --weights int4 with it.');
  return { weights: { bits: weights === 'int8' ? 8 : 4, blockSize: Number(blockSize) as 32 | 64 | 128 } };
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
  return unit === 'bytes' && total ? `${phase} ${formatBytes(done)} of ${formatBytes(total)}` : phase;
}

const round = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.round(ms * 10) / 10);

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
