import { defineConfig } from 'tsup';
import { library } from '../../tsup.config.base.ts';

export default defineConfig(library({ entry: { index: 'src/index.ts', 'testing/index': 'src/testing/index.ts' } }));
