// Rotary positions from a config: the base, and the ways checkpoints stretch them for longer contexts.
import type { ConfigReader } from '../checkpoint/config-reader.ts';
import type { RopeConfig } from './architecture.ts';

/**
 * Frequencies as transformers computes them. `rope_parameters` (transformers 5) or `rope_scaling` and `rope_theta` say which kind:
 * default, linear, llama3 and yarn. Source: https://github.com/huggingface/transformers/blob/main/src/transformers/modeling_rope_utils.py
 *
 * @throws ModeshiftError `unsupported` for other kinds.
 */
export function readRope(reader: ConfigReader, headSize: number, contextLength: number): RopeConfig {
  const scaling = reader.object('rope_parameters') ?? reader.object('rope_scaling');
  const base =
    scaling?.json.rope_theta === undefined
      ? reader.positive('rope_theta', 10_000)
      : scaling.positive('rope_theta', 10_000);
  const half = headSize / 2;
  const plain = Array.from({ length: half }, (_, i) => base ** (-i / half));
  const kind = scaling ? String(scaling.json.rope_type ?? scaling.json.type ?? 'default') : 'default';
  switch (kind) {
    case 'default':
    case 'dynamic':
      // Dynamic scaling changes nothing up to the trained length, and longer contexts are refused.
      return { frequencies: plain, scale: 1 };
    case 'linear': {
      const factor = scaling!.positive('factor', 1);
      return { frequencies: plain.map(frequency => frequency / factor), scale: 1 };
    }
    case 'llama3':
      return { frequencies: llama3(plain, scaling!, contextLength), scale: 1 };
    case 'yarn':
      return yarn(plain, scaling!, base, headSize, contextLength);
    default:
      throw reader.unsupported(`rope scaling of the kind "${kind}"`);
  }
}

/** Long wavelengths are stretched, short ones kept, those between are blended. */
function llama3(plain: readonly number[], scaling: ConfigReader, contextLength: number): number[] {
  const factor = scaling.positive('factor', 8);
  const low = scaling.positive('low_freq_factor', 1);
  const high = scaling.positive('high_freq_factor', 4);
  const trained = scaling.positive('original_max_position_embeddings', contextLength);
  return plain.map(frequency => {
    const wavelength = (2 * Math.PI) / frequency;
    if (wavelength < trained / high) return frequency;
    if (wavelength > trained / low) return frequency / factor;
    const smooth = (trained / wavelength - low) / (high - low);
    return ((1 - smooth) * frequency) / factor + smooth * frequency;
  });
}

/** Peng et al. 2023, https://arxiv.org/abs/2309.00071 */
function yarn(
  plain: readonly number[],
  scaling: ConfigReader,
  base: number,
  headSize: number,
  contextLength: number,
): RopeConfig {
  const trained = scaling.positive('original_max_position_embeddings', contextLength);
  const factor = scaling.positive('factor', contextLength / trained);
  const betaFast = scaling.number('beta_fast', 32);
  const betaSlow = scaling.number('beta_slow', 1);
  const turn = (rotations: number): number =>
    (headSize * Math.log(trained / (rotations * 2 * Math.PI))) / (2 * Math.log(base));
  const truncate = scaling.flag('truncate', true);
  const low = Math.max(truncate ? Math.floor(turn(betaFast)) : turn(betaFast), 0);
  const high = Math.min(truncate ? Math.ceil(turn(betaSlow)) : turn(betaSlow), headSize - 1);
  const frequencies = plain.map((frequency, i) => {
    const ramp = Math.min(Math.max((i - low) / (high === low ? 0.001 : high - low), 0), 1);
    return (frequency / factor) * ramp + frequency * (1 - ramp);
  });
  const mscale = (value: number): number => (factor <= 1 ? 1 : 0.1 * value * Math.log(factor) + 1);
  const one = scaling.number('mscale', 0);
  const all = scaling.number('mscale_all_dim', 0);
  const fallback = one && all ? mscale(one) / mscale(all) : mscale(1);
  return { frequencies, scale: scaling.number('attention_factor', fallback) };
}
