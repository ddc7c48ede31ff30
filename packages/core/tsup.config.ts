import { defineConfig } from 'tsup';
import { library } from '../../tsup.config.base.ts';

// The root entry runs anywhere; what needs Node has an entry of its own.
export default defineConfig(
  library({ entry: ['src/index.ts', 'src/node/index.ts'], platform: 'neutral', external: [/^node:/] }),
);
