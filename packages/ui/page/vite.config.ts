// Builds the page into `dist/page`, where the server finds it. Addresses are relative: it lies under any path.
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** KaTeX offers its letters in three forms; every browser that runs this page reads the first. */
const onlyWoff2: Plugin = {
  name: 'only-woff2',
  enforce: 'pre',
  transform: (code, id) =>
    id.includes('katex') && id.endsWith('.css')
      ? code.replace(/,url\([^)]*\.(?:woff|ttf)\) ?format\("\w+"\)/g, '')
      : undefined,
};

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [onlyWoff2],
  build: {
    outDir: join(import.meta.dirname, '..', 'dist', 'page'),
    emptyOutDir: true,
    target: 'es2022',
    // What the page asks of a browser anyway: `light-dark()` as it is.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Whose work is in it, and under which licences.
    license: { fileName: 'third-party-licenses.md' },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      // Said of every file of Mantine: a mark for frameworks that render on servers.
      onwarn: (warning, warn) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
