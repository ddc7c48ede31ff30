import { defineConfig } from 'tsup';
import { library } from '../../tsup.config.base.ts';

// The root entry runs anywhere; what needs Node, and what only authors of providers or modes need, have entries of their own.
export default defineConfig(
  library({
    entry: ['src/index.ts', 'src/node/index.ts', 'src/provider/index.ts', 'src/label-mode/index.ts'],
    platform: 'neutral',
    external: [/^node:/],
  }),
);
