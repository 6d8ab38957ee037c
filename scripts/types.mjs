// Type-checks every room with its own tsconfig, two at a time (the house runs on two cores). What was checked is kept
// in .sanggar/types, so that only what changed, and what it reaches, is checked again.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

const root = path.resolve(import.meta.dirname, '..')
const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const asked = process.argv.slice(2)
const rooms = (
  asked.length > 0
    ? asked
    : [
        'contract',
        'core',
        'inference',
        'web',
        'cli',
        'electron',
        'renderer',
        'reference',
        'e2e',
        'bench',
        'bench/ui',
        'scripts',
      ]
).filter((room) => existsSync(path.join(root, room, 'tsconfig.json')))

/** @param {string} room @returns {Promise<boolean>} */
function check(room) {
  return new Promise((resolve) => {
    const kept = path.join(root, '.sanggar', 'types', `${room.replace('/', '-')}.tsbuildinfo`)
    const options = ['--pretty', 'false', '--incremental', '--tsBuildInfoFile', kept]
    const child = spawn(process.execPath, [tsc, '-p', room, ...options], { cwd: root })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('close', (code) => {
      // An empty room is no error: TS18003 says that a tsconfig matched no file.
      const failed = code !== 0 && !output.includes('TS18003')
      if (failed) console.error(`${room}:\n${output}`)
      resolve(!failed)
    })
  })
}

const queue = [...rooms]
const failures = /** @type {string[]} */ ([])
await Promise.all(
  [0, 1].map(async () => {
    for (let room = queue.shift(); room !== undefined; room = queue.shift()) {
      if (!(await check(room))) failures.push(room)
    }
  }),
)
if (failures.length > 0) {
  console.error(`types: ${failures.length} of ${rooms.length} rooms failed (${failures.join(', ')})`)
  process.exitCode = 1
} else {
  console.log(`types: ${rooms.length} rooms clean`)
}
