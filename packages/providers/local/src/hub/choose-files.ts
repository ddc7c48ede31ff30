// Which files of a checkpoint are needed.
import { ModeshiftError } from '@modeshift/core';

/** A file of a checkpoint on the hub. */
export interface HubFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The name of its blob in the cache: SHA-256 of a large file, git's SHA-1 of a small one. */
  readonly hash: string;
  readonly hashKind: 'sha256' | 'git-sha1';
}

const wanted = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
  'chat_template.json',
  'additional_chat_templates/*.jinja',
  'adapter_config.json',
  'modules.json',
  'sentence_bert_config.json',
  'config_sentence_transformers.json',
  '*_Pooling/config.json',
  '*_Dense/config.json',
  '*_Dense/*.safetensors',
  '*_Normalize/config.json',
  '*.safetensors',
  '*.safetensors.index.json',
];
/** The same weights once more, in another layout or width. */
const doubles = ['consolidated*.safetensors', '*.fp16.safetensors', '*.fp32.safetensors', '*.bf16.safetensors'];

/**
 * The files that `patterns` name, or those that are needed to run a checkpoint.
 *
 * @throws ModeshiftError `unsupported` when weights are needed and there are none as safetensors; `not-found` when a file that is
 * named does not exist.
 */
export function chooseFiles(files: readonly HubFile[], patterns: readonly string[] | undefined, id: string): HubFile[] {
  const matches = (file: HubFile, list: readonly string[]): boolean =>
    list.some(pattern => expression(pattern).test(file.path));
  if (patterns !== undefined) {
    const missing = patterns.filter(pattern => !files.some(file => expression(pattern).test(file.path)));
    if (missing.length > 0) {
      throw new ModeshiftError(
        { tag: 'not-found' },
        `${id} has no file ${missing.join(', ')}. Its files: ${files
          .map(file => file.path)
          .slice(0, 40)
          .join(', ')}.`,
      );
    }
    return files.filter(file => matches(file, patterns));
  }
  const chosen = files.filter(file => matches(file, wanted) && !matches(file, doubles));
  if (!chosen.some(file => file.path.endsWith('.safetensors'))) {
    const other = files.find(file => /\.(bin|pt|pth|gguf|h5|msgpack|onnx)$/.test(file.path));
    throw new ModeshiftError(
      { tag: 'unsupported', feature: 'weights that are no safetensors' },
      `${id} has no weights as safetensors${other ? `, only e.g. ${other.path}` : ''}. Choose a checkpoint that has, or convert it once with Python: from_pretrained(...).save_pretrained(...).`,
    );
  }
  return chosen;
}

/** A name with `*`, which stands for anything but a slash. */
function expression(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[\^$\\.+?()[\]{}|]/g, '\\$&').replaceAll('*', '[^/]*')}$`);
}
