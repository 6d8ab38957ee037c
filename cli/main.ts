import { enableCompileCache } from 'node:module'
import path from 'node:path'

// Compiled once and kept beside the bundle, hence the imports below, after it. Where nothing can be written everything
// goes on as before.
if (!import.meta.filename.endsWith('.ts')) {
  enableCompileCache(path.resolve(import.meta.dirname, '..', 'compiled'))
}
const { safeVariable } = await import('../core/hosting/node-host.ts')
const { runCommandLine } = await import('./command-line.ts')

const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second one means it.
    if (abort.signal.aborted) process.exit(130)
    abort.abort()
  })
}
// `sanggar library list | head` closes the pipe early; that is no error.
process.stdout.on('error', () => process.exit(0))

const status = (line: string) => process.stderr.write(`\r\u001B[2K${line}`)
const parameters = process.argv.slice(2)
if (parameters.includes('--safe')) process.env[safeVariable] = '1'
const code = await runCommandLine(
  parameters.filter((parameter) => parameter !== '--safe'),
  {
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
    status: process.stderr.isTTY ? status : undefined,
    signal: abort.signal,
  },
)
// A command that ran well may have said that what it looked at is not well.
if (code !== 0) process.exitCode = code
