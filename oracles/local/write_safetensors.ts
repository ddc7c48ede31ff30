// Writes a small safetensors file for check_safetensors.py to read.
import { writeFileSync } from 'node:fs';
import { writeSafetensors } from '../../packages/providers/local/src/checkpoint/write-safetensors.ts';

const bytes = writeSafetensors(
  {
    权重: { shape: [2, 2], data: Float32Array.of(1.5, -0, 3.4e38, 1e-40) },
    byte: { shape: [3], data: Uint8Array.of(0, 1, 255) },
    whole: { shape: [2], data: Int32Array.of(-(2 ** 31), 7) },
    long: { shape: [1], data: BigInt64Array.of(-(2n ** 60n)) },
    double: { shape: [], data: Float64Array.of(Math.PI) },
    empty: { shape: [0, 4], data: new Float32Array(0) },
  },
  { made_by: 'modeshift', 说明: '中文' },
);
writeFileSync(process.argv[2] ?? 'ours.safetensors', bytes);
