import path from 'node:path'
import { defineConfig } from '@playwright/test'
import { findChromium } from '../scripts/chromium.mjs'
import { findElectron } from '../scripts/electron-binary.mjs'

const inBrowser = ['**/screens/*.spec.ts']
const electron = findElectron() === undefined ? [] : [{ name: 'electron', testMatch: inBrowser }]

export default defineConfig({
  testDir: '.',
  outputDir: 'results',
  globalSetup: './build-first.ts',
  // Each test starts its own Sanggar with its own data directory: two files side by side, on two cores too, since a test
  // waits more than it computes.
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  // Long, because a busy machine is no failure; what hangs is caught by the expectations' own limits.
  timeout: 240_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  projects: [
    { name: 'web', testMatch: inBrowser },
    // The command line and the processes themselves, without a browser.
    { name: 'process', testMatch: ['**/processes/*.spec.ts'] },
    ...electron,
  ],
  use: {
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    // Tracing every test nearly doubles the time of all; `npm run e2e -- --trace on FILE` where one is to be looked into.
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(findChromium() && { executablePath: path.resolve(findChromium() ?? '') }),
      args: [
        // Names below .localhost are this machine by definition and must keep working; no other name does.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE *.localhost',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-pings',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
})
