// Tests run on the sources: the `modeshift-source` condition points every workspace import at `src`.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['modeshift-source'] },
  // Not "import": Node would take it for `require` too, and CommonJS packages would get modules.
  ssr: { resolve: { conditions: ['modeshift-source', 'node', 'default'] } },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A second, which is what it waits by itself, is little on a machine that does other things as well.
    expect: { poll: { timeout: 20_000 } },
    pool: 'forks',
  },
});
