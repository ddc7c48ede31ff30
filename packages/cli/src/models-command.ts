// `modeshift models`: which local models are there, and which are recommended.

import { type DownloadedModel, downloadedModels, formatBytes, recommendedModels, weightBytes } from '@modeshift/local';
import { type Command, Option } from 'commander';
import type { Output } from './output.ts';
import { textTable } from './text-table.ts';

interface ModelsOptions {
  readonly cacheDir?: string;
  readonly task?: string;
  readonly json?: boolean;
}

/** Adds the command to the program. */
export function addModelsCommand(program: Command, output: Output): void {
  program
    .command('models')
    .description('list the local models that are on this machine, and those that are recommended')
    .option('--cache-dir <dir>', 'where downloads are (default: the cache of the Hugging Face tools)')
    .addOption(new Option('--task <what>', 'only models for this').choices(['generating', 'embedding', 'reranking']))
    .option('--json', 'as JSON')
    .action(async (options: ModelsOptions) => {
      const there = await downloadedModels(options.cacheDir === undefined ? {} : { cacheDir: options.cacheDir });
      const recommended = recommendedModels.filter(({ task }) => options.task === undefined || task === options.task);
      if (options.json) {
        output.stdout.write(`${JSON.stringify({ downloaded: there, recommended }, undefined, 2)}\n`);
        return;
      }
      output.stdout.write(`On this machine\n\n${downloadedTable(there)}\n\nRecommended\n\n`);
      const have = new Set(there.map(({ id }) => id));
      const rows = recommended.map(model => [
        `${have.has(model.id) ? '✓' : ' '} ${model.id}`,
        model.task,
        `${(model.parameters / 1e6).toFixed(0)} M`,
        formatBytes(model.downloadBytes),
        (['f32', 'int8', 'int4'] as const).map(format => formatBytes(weightBytes(model, format))).join(' / '),
        model.license,
        model.note,
      ]);
      const head = ['  model', 'for', 'parameters', 'download', 'memory f32 / int8 / int4', 'licence', ''];
      output.stdout.write(`${textTable(head, rows)}\n\n`);
      output.stdout.write('Try one: modeshift generate --model ID --prompt "…" (it is downloaded at the first use).\n');
    });
}

function downloadedTable(models: readonly DownloadedModel[]): string {
  if (models.length === 0) return '  none yet';
  const rows = models.map(({ id, modelType, bytes, supported }) => [
    `  ${id}`,
    supported ? modelType : `${modelType} (not supported)`,
    formatBytes(bytes),
  ]);
  return textTable(['  model', 'architecture', 'on disk'], rows);
}
