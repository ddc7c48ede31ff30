// What a folder without a configuration or without weights holds instead, told so that one knows what to do.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';

const saveOnce = 'save it once with Python: AutoModelForCausalLM.from_pretrained(...).save_pretrained(...)';

/** The error of a folder without `config.json`. */
export async function withoutConfig(folder: string): Promise<ModeshiftError> {
  const files = await filesOf(folder);
  const other = files.find(file => /\.(gguf|onnx|ckpt|pth?)$/.test(file));
  if (files.includes('adapter_config.json'))
    return missing(
      join(folder, 'config.json'),
      `${folder} holds an adapter and no model. Give the model that it was trained on, and the adapter as "adapters: { name: folder }".`,
    );
  const found = other ? `${other} is not read here: give` : 'Give';
  return missing(
    join(folder, 'config.json'),
    `There is no config.json in ${folder}, so it is no checkpoint. ${found} the folder that holds config.json, tokenizer.json and *.safetensors.`,
  );
}

/** The error of a folder without `model.safetensors` and without an index. */
export async function withoutWeights(folder: string): Promise<ModeshiftError> {
  const path = join(folder, 'model.safetensors');
  const files = await filesOf(folder);
  const shard = files.find(file => /-of-\d+\.safetensors$/.test(file));
  const other = files.find(file =>
    /^(pytorch_model|tf_model|flax_model|model).*\.(bin|h5|msgpack|gguf|onnx)$/.test(file),
  );
  const why = shard
    ? `${shard} is there, and no model.safetensors.index.json that says what is in it. Get that file from where the checkpoint is from`
    : other
      ? `${other} is not read here; ${saveOnce}`
      : 'Get the checkpoint again, with all of its *.safetensors';
  return missing(path, `There are no weights in ${folder}: no model.safetensors. ${why}.`);
}

const filesOf = (folder: string): Promise<string[]> =>
  readdir(folder).then(
    files => files.sort(),
    () => [],
  );

const missing = (path: string, message: string): ModeshiftError =>
  new ModeshiftError({ tag: 'storage', code: 'ENOENT', path }, message);
