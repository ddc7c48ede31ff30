import { defineConfig } from 'tsup';
import { library } from '../../tsup.config.base.ts';

// `page` is built beside it, by vite.
export default defineConfig(library({ entry: ['src/index.ts', 'src/testing/index.ts'], clean: ['!page/**'] }));
