import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '..')
const cli = path.join(root, 'out', 'main', 'cli.js')

/** A home and a data directory that nobody has used before, and that are gone afterwards. */
export type Home = { home: string; data: string; remove(): void }

export function freshHome(): Home {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sanggar-e2e-'))
  const home = path.join(folder, 'home')
  const data = path.join(home, '.local', 'share', 'sanggar')
  return { home, data, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) }
}

/** Nothing of the machine's own environment but what a program needs to start; CI above all is not set. */
export function plainEnvironment(home: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8' }
}

export type Result = { code: number; out: string; error: string; lines: Record<string, unknown>[] }

/** Runs the command line once. `lines` are the JSON objects that it printed. `under` is put before the command. */
export function sanggar(home: Home, parameters: string[], under: string[] = []): Promise<Result> {
  const [program = '', ...rest] = [...under, process.execPath, cli, ...parameters]
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      cwd: root,
      env: plainEnvironment(home.home),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let error = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => {
      const lines = out.split('\n').flatMap((line) => {
        return line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []
      })
      resolve({ code: code ?? -1, out, error, lines })
    })
  })
}

export type Server = {
  process: ChildProcess
  link: string
  origin: string
  stop(): Promise<void>
  kill(): Promise<void>
}

/** Starts the loopback host and waits for its link. */
export async function serve(home: Home, environment: Record<string, string> = {}): Promise<Server> {
  const child = spawn(process.execPath, [cli, 'serve', '--no-open'], {
    cwd: root,
    env: { ...plainEnvironment(home.home), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  const link = await new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString()
      const found = /Sanggar is at (\S+)/.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('exit', (code) => reject(new Error(`the host ended with ${code}: ${said}`)))
  })
  const end = (signal: NodeJS.Signals) => async () => {
    child.kill(signal)
    await ended
  }
  return { process: child, link, origin: new URL(link).origin, stop: end('SIGTERM'), kill: end('SIGKILL') }
}

/** Every file below `folder`, relative to it. */
export function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(path.join(folder, name)).isFile())
      .sort()
  } catch {
    return []
  }
}
