// Tests run on the sources: the `modeshift-source` condition points every workspace import at `src`.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['modeshift-source'] },
  ssr: { resolve: { conditions: ['modeshift-source', 'node', 'import', 'default'] } },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
