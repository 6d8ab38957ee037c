// The checks that `npm run check` and `npm test` share, each with the number of things it tested.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { command, root } from './command.mjs'

/** @typedef {{ passed: number, failed: number }} Count */

export const scratch = path.join(root, '.sanggar')

/** @param {string} name the package @param {string} file the script inside it */
const tool = (name, file) => path.join(root, 'node_modules', name, file)

/** One program that is right or wrong as a whole. @param {Promise<{ code: number }>} run @returns {Promise<Count>} */
async function single(run) {
  const { code } = await run
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/** @param {string} node */
export const types = (node) => single(command(node, [path.join(root, 'scripts', 'types.mjs')]))

/** @param {string} node */
export const lint = (node) => single(command(node, [tool('oxlint', 'bin/oxlint'), '--deny-warnings']))

/** @param {string} node */
export const format = (node) => single(command(node, [tool('oxfmt', 'bin/oxfmt'), '--check', '.']))

/** What takes many networks or a stretched passphrase many times over: in `npm test`, not in `npm run check`. */
export const slow = '**/*.slow.test.ts'

/** Unit tests but the slow ones. @param {string} node */
export const quickUnit = (node) => unit(node, ['--exclude', slow])

/**
 * Unit tests, the architecture test among them.
 * @param {string} node
 * @param {string[]} [options] for vitest
 * @returns {Promise<Count>}
 */
export async function unit(node, options = []) {
  mkdirSync(scratch, { recursive: true })
  const report = path.join(scratch, 'unit.json')
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { code } = await command(node, [tool('vitest', 'vitest.mjs'), 'run', ...options, ...reporters])
  if (!existsSync(report)) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'))
  if (numPendingTests > 0)
    console.log(`(${numPendingTests} unit tests cannot run on this machine and were skipped)`)
  // A file that cannot be loaded, or an error outside any test, shows in the exit code alone.
  return { passed: numPassedTests, failed: Math.max(numFailedTests, code === 0 ? 0 : 1) }
}

/**
 * Runs them in this order and prints one line each.
 * @param {string} node
 * @param {{ name: string, run: (node: string) => Promise<Count> }[]} steps
 * @returns {Promise<Count>}
 */
export async function runAll(node, steps) {
  const sum = { passed: 0, failed: 0 }
  for (const { name, run } of steps) {
    const start = performance.now()
    const { passed, failed } = await run(node)
    sum.passed += passed
    sum.failed += failed
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(
      `${failed === 0 ? 'ok  ' : 'FAIL'} ${name}: ${passed} passed, ${failed} failed (${seconds} s)\n`,
    )
  }
  return sum
}
