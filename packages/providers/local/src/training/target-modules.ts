// Which linear layers an adapter is put on, by PEFT's rules.
import { invalidInput, type LoraSettings } from '@modeshift/core';

type Names = string | readonly string[];

/** Whether `name` is meant: one of the listed names or the end of one, or all of a regular expression. */
function meant(names: Names, name: string): boolean {
  if (typeof names === 'string') return expression(names).test(name);
  return names.some(one => name === one || name.endsWith(`.${one}`));
}

function expression(source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`);
  } catch (cause) {
    throw invalidInput(`"${source}" is no regular expression for names of layers: ${(cause as Error).message}.`);
  }
}

/**
 * The layers that an adapter is put on. `layers` are the names of all linear layers but the output projection and the head.
 *
 * Source: `check_target_module_exists` in https://github.com/huggingface/peft/blob/main/src/peft/tuners/tuners_utils.py
 *
 * @throws ModeshiftError `invalid-input` when no layer is meant, or when one of the listed names means none.
 */
export function targetModules(
  layers: readonly string[],
  defaults: readonly string[],
  settings: LoraSettings,
): readonly string[] {
  const targets = settings.targets ?? defaults;
  const every = targets === 'all-linear';
  const chosen = layers.filter(name => {
    if (settings.exclude !== undefined && meant(settings.exclude, name)) return false;
    if (settings.blocks && !settings.blocks.includes(blockOf(name) ?? -1)) return false;
    return every || meant(targets, name);
  });
  const known = [...new Set(layers.map(name => name.split('.').at(-1)))].join(', ');
  const idle = typeof targets === 'string' ? undefined : targets.find(one => !layers.some(name => meant([one], name)));
  if (idle !== undefined || chosen.length === 0)
    throw invalidInput(
      `lora.targets: no linear layer is meant by ${JSON.stringify(idle ?? targets)}. The model's layers end in: ${known}.`,
    );
  return chosen;
}

/** The number of the block that a layer is in. */
export function blockOf(name: string): number | undefined {
  const found = /^.*?\.[^.]*\.(\d+)\./.exec(name)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** What a pattern says for a layer, e.g. another rank; the first expression that matches the end of its name. */
export function patternOf(
  patterns: Readonly<Record<string, number>> | undefined,
  name: string,
  otherwise: number,
): number {
  for (const [pattern, value] of Object.entries(patterns ?? {}))
    if (expression(`(.*\\.)?(${pattern})`).test(name)) return value;
  return otherwise;
}
