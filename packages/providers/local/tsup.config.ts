import { defineConfig } from 'tsup';
import { library } from '../../../tsup.config.base.ts';

export default defineConfig(
  library({ entry: { index: 'src/index.ts', 'engine-worker': 'src/worker/engine-worker.ts' } }),
);
