import { stat } from 'node:fs/promises'

import { loadGroups, referenceFolder } from './group-list.ts'
import { type CaseResult, type Group, guarded } from './result.ts'

/*
 * npm run test:reference [-- group ...]
 * Compares this program's numbers with the reference's. Failures are printed as they happen, the reasons for
 * skipping with SANGGAR_VERBOSE=1; the end is one line per group and a total. Exit code 1 on any failure.
 */

type Tally = Record<CaseResult['status'], number>

const folder = referenceFolder()
const wanted = process.argv.slice(2)
const verbose = process.env['SANGGAR_VERBOSE'] === '1'

async function tally(group: Group): Promise<Tally> {
  const counts: Tally = { passed: 0, failed: 0, skipped: 0 }
  for await (const result of guarded('the group itself', group.run(folder))) {
    counts[result.status] += 1
    if (result.status === 'failed' || (verbose && result.status === 'skipped')) report(group, result)
  }
  return counts
}

function report(group: Group, { name, status, detail }: CaseResult): void {
  console.log(`${status} ${group.name}/${name}${detail === undefined ? '' : `: ${detail}`}`)
}

function line(name: string, { passed, failed, skipped }: Tally): string {
  return `${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`
}

if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
  console.error(`There is no folder ${folder}; SANGGAR_REFERENCE must name one`)
  process.exit(2)
}
const groups = (await loadGroups()).filter((group) => wanted.length === 0 || wanted.includes(group.name))
const unknown = wanted.filter((name) => !groups.some((group) => group.name === name))
if (unknown.length > 0) {
  console.error(`No such group: ${unknown.join(', ')}`)
  process.exit(2)
}
const total: Tally = { passed: 0, failed: 0, skipped: 0 }
const lines: string[] = []
for (const group of groups) {
  const counts = await tally(group)
  lines.push(line(group.name, counts))
  for (const status of ['passed', 'failed', 'skipped'] as const) total[status] += counts[status]
}
console.log([...lines, line('total', total)].join('\n'))
// ONNX Runtime's threads must not keep a finished run alive.
process.exit(total.failed === 0 ? 0 : 1)
