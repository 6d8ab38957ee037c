import { readFileSync, readdirSync } from 'node:fs'

/** Of one process: MiB resident (anonymous memory alone, without files that are mapped), open files, threads. */
export type Usage = { resident: number; handles: number; threads: number }
export type Sample = { minute: number; pictures: number; host: Usage; inference: Usage }

const nothing: Usage = { resident: 0, handles: 0, threads: 0 }

export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const number = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0)
  return {
    resident: Math.round(number('RssAnon') / 1024),
    handles: readdirSync(`/proc/${pid}/fd`).length,
    threads: number('Threads'),
  }
}

/** A host's only child: its inference process; undefined while it has none. */
export function childOf(host: number): number | undefined {
  const [child = ''] = readFileSync(`/proc/${host}/task/${host}/children`, 'utf8').trim().split(' ')
  return child === '' ? undefined : Number(child)
}

/** With zeros for an inference process that is not there. */
export function sampleOf(host: number, minute: number, pictures: number): Sample {
  const child = childOf(host)
  const inference = child === undefined ? nothing : usageOf(child)
  return { minute: Math.round(minute * 100) / 100, pictures, host: usageOf(host), inference }
}
