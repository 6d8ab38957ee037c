import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      '{contract,core,inference,web,cli,electron,reference,scripts,bench}/**/*.test.ts',
      'renderer/**/*.test.{ts,tsx}',
    ],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
