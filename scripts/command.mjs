// Starting other programs from the scripts that must run before anything is installed (plain Node 20.20).
import { spawn } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'

export const root = path.resolve(import.meta.dirname, '..')

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] added to this process's own
 * @property {boolean} [quiet] set-up noise goes to stderr, so that stdout stays the CLI's
 * @property {boolean} [capture] keep the output instead of showing it
 * @property {boolean} [shell] needed on Windows for .cmd files
 */

/**
 * @param {string} program
 * @param {string[]} parameters
 * @param {CommandOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} 127 when the program does not exist
 */
export function command(program, parameters, options = {}) {
  return new Promise((resolve) => {
    const out = options.capture === true ? 'pipe' : options.quiet === true ? 2 : 'inherit'
    const child = spawn(program, parameters, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: [options.capture === true ? 'ignore' : 'inherit', out, options.capture === true ? 'pipe' : 2],
      shell: options.shell ?? false,
    })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}` }))
    child.on('close', (code, signal) => resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 1), output }))
  })
}

/**
 * Replaces this script by another program as far as Node can: same terminal, same signals, same exit code.
 * @param {string} program @param {string[]} parameters @returns {Promise<number>}
 */
export function handOver(program, parameters) {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      cwd: process.env['INIT_CWD'] ?? process.cwd(),
      stdio: 'inherit',
    })
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    // The terminal sends Ctrl-C to both; a `kill` of this process reaches only this one, so it is passed on.
    for (const signal of signals) process.on(signal, () => signal !== 'SIGINT' && child.kill(signal))
    child.on('error', (error) => {
      console.error(error.message)
      resolve(127)
    })
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
}

/** @param {string} line */
export function say(line) {
  console.error(`sanggar: ${line}`)
}
