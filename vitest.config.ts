import { configDefaults, defineConfig } from 'vitest/config'
import { slow } from './scripts/checks.mjs'

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A process of its own costs a file half a second: those have one whose networks, memory or guards need it.
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          isolate: false,
          include: ['{contract,core,electron,scripts}/**/*.test.ts', 'renderer/**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, slow],
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['{inference,cli,web,reference,bench}/**/*.test.ts', `core/${slow}`],
        },
      },
    ],
  },
})
