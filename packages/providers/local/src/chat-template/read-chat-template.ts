// Reads a checkpoint's chat template from its folder.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { storageError } from '../storage-error.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { ChatTemplate } from './chat-template.ts';
import { chatTemplate } from './jinja-chat-template.ts';

/**
 * The chat template of a folder: `chat_template.jinja`, or `chat_template` in `tokenizer_config.json` (a text or a list of
 * named ones, of which `default` and `tool_use` are used), or `chat_template.json`.
 *
 * @throws ModeshiftError `unsupported` when the checkpoint has none, as base models do; `invalid-input` when it is no Jinja.
 */
export async function readChatTemplate(directory: string, tokenizer: Tokenizer): Promise<ChatTemplate> {
  const named = await findTemplates(directory);
  const source = named.get('default') ?? [...named.values()][0];
  if (source === undefined) {
    throw new ModeshiftError(
      { tag: 'unsupported', feature: 'chat messages' },
      `The checkpoint in ${directory} has no chat template, as base models have none. Pass one as "chatTemplate", or give the prompt as a plain string.`,
    );
  }
  const toolSource = named.get('tool_use');
  try {
    return chatTemplate({ source, tokenizer, ...(toolSource !== undefined && { toolSource }) });
  } catch (error) {
    if (!ModeshiftError.is(error)) throw error;
    throw new ModeshiftError(error.reason, `${directory}: ${error.message}`, { cause: error });
  }
}

async function findTemplates(directory: string): Promise<Map<string, string>> {
  const named = new Map<string, string>();
  for (const file of ['chat_template.json', 'tokenizer_config.json']) {
    const text = await readIfThere(path.join(directory, file));
    const template = text === undefined ? undefined : templateOf(text, path.join(directory, file));
    if (template === undefined || template === null) continue;
    const entries = typeof template === 'string' ? [{ name: 'default', template }] : template;
    for (const entry of Array.isArray(entries) ? entries : [undefined]) {
      if (typeof entry?.name !== 'string' || typeof entry.template !== 'string')
        throw new ModeshiftError(
          { tag: 'storage', path: path.join(directory, file) },
          `${path.join(directory, file)}: "chat_template" is neither a text nor a list of named ones. Get the checkpoint again, or pass a template as "chatTemplate".`,
        );
      named.set(entry.name, entry.template);
    }
  }
  const alone = await readIfThere(path.join(directory, 'chat_template.jinja'));
  if (alone !== undefined) named.set('default', alone);
  const folder = path.join(directory, 'additional_chat_templates');
  for (const file of await readdir(folder).catch(() => [])) {
    if (file.endsWith('.jinja'))
      named.set(file.slice(0, -'.jinja'.length), await readFile(path.join(folder, file), 'utf8'));
  }
  return named;
}

function templateOf(text: string, file: string): unknown {
  try {
    return (JSON.parse(text) as { readonly chat_template?: unknown } | null)?.chat_template;
  } catch (error) {
    throw new ModeshiftError(
      { tag: 'storage', path: file },
      `${file} is no JSON (${(error as Error).message}). It may be cut off: download it again.`,
      { cause: error },
    );
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw storageError(error, file, 'The chat template cannot be read');
  }
}
