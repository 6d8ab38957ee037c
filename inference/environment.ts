import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/**
 * ONNX Runtime reads these from the real environment of the process when its library is loaded; setting them
 * later, or in a worker thread's copy of process.env, has no effect.
 */
export const telemetryOff = { ORT_DISABLE_TELEMETRY: '1', ORT_TELEMETRY_DISABLED: '1' } as const

/** Names of the switches that are not set as they must be. Empty: the runtime may be loaded. */
export function missingTelemetrySwitches(environment: Record<string, string | undefined>): string[] {
  return Object.entries(telemetryOff)
    .filter(([name, value]) => environment[name] !== value)
    .map(([name]) => name)
}

/** Threads for one session: `asked`, or one per physical core (two at least where there are two logical ones). */
export function threadCount(asked: number): number {
  const logical = availableParallelism()
  if (asked > 0) return Math.min(asked, logical)
  return Math.max(Math.min(physicalCores() ?? Math.ceil(logical / 2), logical), Math.min(2, logical))
}

function physicalCores(): number | undefined {
  if (process.platform === 'darwin') return availableParallelism()
  if (process.platform !== 'linux') return undefined
  const root = '/sys/devices/system/cpu'
  try {
    const siblings = readdirSync(root)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => readFileSync(`${root}/${name}/topology/thread_siblings_list`, 'utf8').trim())
    return new Set(siblings).size || undefined
  } catch {
    // Containers may hide the topology; half of the logical cores is the usual truth then.
    return undefined
  }
}

/** From here on `peakMemory` counts anew, where the system lets it (Linux); elsewhere since the process started. */
export function startPeak(): void {
  if (process.platform !== 'linux') return
  try {
    // proc_pid_clear_refs(5): 5 sets the high-water mark back to what is resident now.
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    // Sandboxes may forbid it; the mark of the whole process is then the honest answer.
  }
}

/** Bytes, the most that was resident since `startPeak`. */
export function peakMemory(): number {
  if (process.platform === 'linux') {
    const mark = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (mark !== undefined) return Number(mark) * 1024
  }
  return process.resourceUsage().maxRSS * 1024
}
