import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** What one line of strace's output says of an address; undefined for a call without one. */
export type Attempt = { call: string; family: string; address: string; outside: boolean }

export type Audit = {
  /** a picture was really made while it was watched */
  generated: boolean
  /** addresses that were used, with how often, and whether they lie outside of this machine */
  attempts: (Attempt & { count: number })[]
  /** files that appeared in the home directory besides the data directory */
  strayFiles: string[]
  /** the same without any network: undefined where the system does not allow to try */
  withoutNetwork: boolean | undefined
}

/** Why nothing could be watched: a code for the command's text. */
export type Unchecked = 'no-strace' | 'strace-not-allowed' | 'system'

const watched = 'connect,sendto,sendmsg,sendmmsg'
const loopback =
  /inet_addr\("127\.\d+\.\d+\.\d+"\)|inet_pton\(AF_INET6, "(::1|::ffff:127\.[\d.]+)"|"::1"|"::ffff:127\./

/** Other programs of this machine, and its kernel. */
const local = new Set(['AF_UNIX', 'AF_NETLINK'])

export function readTrace(trace: string): Attempt[] {
  return trace.split('\n').flatMap((line) => {
    const call = /\b(connect|sendto|sendmsg|sendmmsg)\(/.exec(line)?.[1]
    const family = /sa_family=(AF_\w+)/.exec(line)?.[1]
    if (call === undefined || family === undefined) return []
    const address =
      /sun_path=@?"([^"]*)"/.exec(line)?.[1] ??
      /inet_addr\("([^"]+)"\)/.exec(line)?.[1] ??
      /inet_pton\(AF_INET6, "([^"]+)"/.exec(line)?.[1] ??
      ''
    return [{ call, family, address, outside: !local.has(family) && !loopback.test(line) }]
  })
}

/** Undefined where a program's system calls can be watched. */
export function cannotWatch(platform: NodeJS.Platform = process.platform): Unchecked | undefined {
  if (platform !== 'linux') return 'system'
  const tried = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'])
  if (tried.error !== undefined) return 'no-strace'
  return tried.status === 0 ? undefined : 'strace-not-allowed'
}

/**
 * Proof (a) of docs/privacy.md, here and now: a picture is made by this very program in a home directory of its own,
 * which is removed afterwards, while strace writes down every address that any of its processes or threads uses.
 */
export async function runAudit(command: string[], signal: AbortSignal): Promise<Audit> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sanggar-audit-'))
  try {
    const trace = path.join(folder, 'trace.txt')
    const watching = ['strace', '-f', '-qq', '-e', `trace=${watched}`, '-o', trace]
    const generated = await generate([...watching, ...command], path.join(folder, 'home'), signal)
    const attempts = new Map<string, Attempt & { count: number }>()
    for (const attempt of readTrace(readFileSync(trace, 'utf8'))) {
      const key = JSON.stringify(attempt)
      const known = attempts.get(key)
      attempts.set(key, { ...attempt, count: (known?.count ?? 0) + 1 })
    }
    const alone = ['unshare', '-rn']
    const canBeAlone = spawnSync(alone[0] ?? '', ['-rn', 'true']).status === 0
    return {
      generated,
      attempts: [...attempts.values()],
      strayFiles: strayFiles(path.join(folder, 'home')),
      withoutNetwork: canBeAlone
        ? await generate([...alone, ...command], path.join(folder, 'second'), signal)
        : undefined,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** HOME is fresh and nothing else of the environment is passed on: not even CI, which hides what libraries do. */
function generate(command: string[], home: string, signal: AbortSignal): Promise<boolean> {
  const [program = '', ...parameters] = command
  const data = path.join(home, '.local', 'share', 'sanggar')
  return new Promise((resolve, reject) => {
    const child = spawn(
      program,
      [...parameters, 'generate', 'a red boat', '--seed', '7', '--json', '--data', data],
      {
        env: { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8' },
        stdio: ['ignore', 'pipe', 'ignore'],
        signal,
      },
    )
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve(code === 0 && /"width"/.test(out)))
  })
}

function strayFiles(home: string): string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' }).filter(
    (name) =>
      statSync(path.join(home, name)).isFile() && !name.startsWith(path.join('.local', 'share', 'sanggar')),
  )
}
