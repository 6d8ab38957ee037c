import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const here = (...parts: string[]) => path.resolve(import.meta.dirname, ...parts)
const commandLine = [here('cli') + path.sep, here('web') + path.sep]

/** main (with the command line, which is the web host too, and the inference worker), preload and renderer, into out/. */
export default defineConfig({
  main: {
    build: {
      outDir: here('out', 'main'),
      target: 'node24',
      minify: false,
      // What Node would find and link file by file at every start; native packages stay outside.
      externalizeDeps: { exclude: ['zod', 'ws', 'yazl', '@huggingface/tokenizers'] },
      rolldownOptions: {
        input: {
          main: here('electron', 'main.ts'),
          cli: here('cli', 'main.ts'),
          worker: here('inference', 'worker.ts'),
        },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          // By its name the packed app leaves out what only the command line and the web host have (electron-builder.yml).
          chunkFileNames: ({ facadeModuleId, moduleIds }) =>
            [facadeModuleId ?? '', ...moduleIds].some((id) => commandLine.some((room) => id.startsWith(room)))
              ? 'command-[name]-[hash].js'
              : 'chunk-[name]-[hash].js',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: here('out', 'preload'),
      minify: false,
      rolldownOptions: {
        input: here('electron', 'preload.ts'),
        // A sandboxed preload is CommonJS, and in a "type": "module" package that needs this ending.
        output: { format: 'cjs', entryFileNames: 'preload.cjs' },
      },
    },
  },
  renderer: {
    root: here('renderer'),
    plugins: [react()],
    build: {
      outDir: here('out', 'renderer'),
      target: 'es2024',
      minify: true,
      // No inlined data: and no module-preload shim: the Content-Security-Policy stays free of exceptions.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // e2e/screens/weight.spec.ts watches what the first screen weighs.
      chunkSizeWarningLimit: 1000,
      rolldownOptions: {
        input: here('renderer', 'index.html'),
        // What the first screen needs is one file: a dozen of them take turns at the browser's six connections.
        output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] } },
      },
    },
  },
})
