// npm run check: types, lint, format, arrows, unit tests. The quick part: about a minute on two cores.
import process from 'node:process'
import { format, lint, quickUnit, runAll, types } from './checks.mjs'
import { ensureInstalled } from './install.mjs'

const node = await ensureInstalled()
const { passed, failed } = await runAll(node, [
  { name: 'types', run: types },
  { name: 'lint', run: lint },
  { name: 'format', run: format },
  { name: 'unit', run: quickUnit },
])
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
