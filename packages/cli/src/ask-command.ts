// `modeshift ask`: a question to a knowledge base, answered with citations that were checked.
import { invalidInput, type LanguageModel, ModeshiftError } from '@modeshift/core';
import type { LocalModel } from '@modeshift/local';
import { type Answer, createAnswerer } from '@modeshift/rag';
import type { Command } from 'commander';
import { interruptible } from './interruptible.ts';
import { addPlaceOptions, type PlaceOptions, withRetriever } from './knowledge-base.ts';
import { loadLanguageModel } from './load-language-model.ts';
import { count, fraction } from './option-values.ts';
import type { Output } from './output.ts';
import { printable, printableJson } from './printable.ts';
import { progressLine } from './progress-line.ts';
import { sourcesInWords } from './sources-in-words.ts';

interface AskOptions extends PlaceOptions {
  readonly k: number;
  readonly model?: string;
  readonly threshold?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds the command to the program; `finish` is told the exit code. */
export function addAskCommand(program: Command, output: Output, finish: (code: number) => void): void {
  addPlaceOptions(
    program
      .command('ask')
      .description('answer a question from a knowledge base, with citations that were looked up in it')
      .argument('<question...>', 'the question'),
  )
    .option('--model <path|id>', 'writes the answer: a checkpoint, or provider:id (default: sentences of the sources)')
    .option('-k <n>', 'how many passages to answer from', count, 5)
    .option(
      '--threshold <share>',
      'answer only where a passage has this share of the question’s words, 0 to 1 (default: 0.4 without a model)',
      fraction,
    )
    .option('--json', 'print the answer with its citations, passages, usage and times as JSON')
    .option('--quiet', 'only the answer and its sources')
    .action(async (question: string[], options: AskOptions) => {
      finish(await runAsk(question.join(' '), options, output));
    });
}

async function runAsk(question: string, options: AskOptions, output: Output): Promise<number> {
  if (question.trim() === '') throw invalidInput('The question is empty. Ask something.');
  const line = progressLine(output.stderr, options.quiet ?? false);
  let model: LanguageModel | undefined;
  try {
    return await interruptible(output.stderr, signal =>
      withRetriever(options, async (retriever, _mode, note) => {
        if (options.model !== undefined)
          model = await loadLanguageModel(options.model, { onProgress: ({ phase }) => line.show(phase) });
        const info = await (model as Partial<LocalModel> | undefined)?.load?.({ signal });
        line.clear();
        const way = model ? '' : ' Without --model, sentences of the sources are the answer.';
        if (!options.quiet) output.stderr.write(`${note}${way}\n`);
        const { threshold } = options;
        const answerer = createAnswerer({
          retriever,
          ...(model && { model }),
          ...(threshold !== undefined && { threshold }),
          // Half of a small context is for passages, the rest for the rules and the answer.
          ...(info && { maxPassageTokens: Math.min(3000, Math.max(100, Math.floor(info.contextLength / 2) - 200)) }),
        });
        for await (const event of answerer.stream(question, { signal })) {
          line.clear();
          if (event.type === 'text' && !options.json) output.stdout.write(printable(event.text));
          if (event.type !== 'done') continue;
          const { answer } = event;
          output.stdout.write(options.json ? `${printableJson(asJson(answer))}\n` : printable(sourcesInWords(answer)));
        }
        return 0;
      }),
    );
  } catch (error) {
    if (ModeshiftError.is(error, 'aborted')) return 130;
    throw error;
  } finally {
    line.clear();
    await (model as Partial<LocalModel> | undefined)?.dispose?.();
  }
}

function asJson({ passages, ...answer }: Answer): object {
  return {
    ...answer,
    passages: passages.map(({ number, title, uri, chunk, text, start, end, score }) => ({
      ...{ number, source: chunk.documentId, title, uri, span: { start, end }, text, score },
    })),
  };
}
