// The one build recipe of every package: ESM for Node, source maps; types are emitted by tsc beside it.
import type { Options } from 'tsup';

export function library(options: Options = {}): Options {
  return {
    entry: ['src/index.ts'],
    format: 'esm',
    target: 'node22',
    platform: 'node',
    sourcemap: true,
    clean: true,
    dts: false,
    splitting: true,
    // `node:sqlite` exists under that name alone.
    removeNodeProtocol: false,
    ...options,
  };
}
