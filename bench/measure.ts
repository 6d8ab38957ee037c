import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'

import { openCheckpoint } from '../inference/checkpoints/checkpoint.ts'
import { packedGraph, preciseCheckpoint } from '../inference/precision/precise-checkpoint.ts'
import { createGenerator } from '../inference/random.ts'
import { openSession, type Feed } from '../inference/session.ts'
import type { GraphSource } from '../inference/session-source.ts'

/** One measurement, in a process of its own: `node bench/measure.ts '<json>'`, the answer is one line of JSON. */
export type Measurement = {
  model: string
  /** unet or vae_decoder */
  network: string
  precision: 'exact' | 'balanced' | 'fast' | 'small'
  packed: boolean
  /** make what is kept, and leave */
  prepareOnly?: boolean
  cacheFolder: string
  threads: number
  /** latents, each side */
  side: number
  runs: number
  /** where this output is written, or the exact one to compare with lies */
  output?: string
  reference?: string
}

export type Measured = {
  prepareSeconds: number
  made: boolean
  forms: Record<string, number>
  loadSeconds: number
  residentAfterLoad: number
  /** of it not backed by files: what the machine cannot give back to others */
  anonymousAfterLoad: number
  peak: number
  runSeconds: number[]
  /** processor seconds of each run, all threads together: what other programs' load does not touch */
  cpuSeconds: number[]
  /** of the machine's processor time during the runs, what other programs took: 0 to 1 */
  others: number
  relativeError?: number
}

/** Processor seconds of everything that runs here and of the machine below it, and those that could have been. */
function machineSeconds(): { busy: number; all: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  const ticks = line.split(/\s+/).slice(1, 9).map(Number)
  const all = ticks.reduce((sum, one) => sum + one, 0)
  return { busy: (all - (ticks[3] ?? 0) - (ticks[4] ?? 0)) / 100, all: all / 100 }
}

function status(field: string): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))
  return Number(line?.[1] ?? 0) * 1024
}

async function prepared(
  task: Measurement,
): Promise<{ source: GraphSource; made: boolean; forms: Record<string, number> }> {
  const { precision, cacheFolder, threads, network } = task
  let checkpoint = await openCheckpoint(task.model)
  const forms: Record<string, number> = {}
  let made = false
  if (precision !== 'exact' && network === 'unet') {
    const precise = await preciseCheckpoint(checkpoint, {
      precision,
      network,
      cacheFolder,
      threads,
    })
    checkpoint = precise.checkpoint
    made = precise.made
    for (const form of precise.forms.values()) forms[form] = (forms[form] ?? 0) + 1
  }
  if (!task.packed) return { source: checkpoint.graph(network), made, forms }
  const packed = await packedGraph(checkpoint, network, { cacheFolder, threads })
  return { source: packed.source, made: made || packed.made, forms }
}

function feedsOf(
  task: Measurement,
  accepts: (name: string) => boolean,
  contextWidth: number,
): Record<string, Feed> {
  const generator = createGenerator('7')
  const normal = (shape: number[]): Feed => ({
    data: generator.randn(shape.reduce((product, side) => product * side, 1)),
    shape,
  })
  if (task.network === 'vae_decoder') return { latent_sample: normal([1, 4, task.side, task.side]) }
  const feeds: Record<string, Feed> = {
    sample: normal([2, 4, task.side, task.side]),
    timestep: { data: Float32Array.of(500), shape: [1] },
    encoder_hidden_states: normal([2, 77, contextWidth]),
  }
  if (accepts('text_embeds')) {
    feeds['text_embeds'] = normal([2, 1280])
    const side = task.side * 8
    feeds['time_ids'] = {
      data: Float32Array.of(...[1, 2].flatMap(() => [side, side, 0, 0, side, side])),
      shape: [2, 6],
    }
  }
  return feeds
}

function relativeError(actual: Float32Array, exact: Float32Array): number {
  let [difference, length] = [0, 0]
  for (let i = 0; i < exact.length; i++) {
    difference += ((actual[i] as number) - (exact[i] as number)) ** 2
    length += (exact[i] as number) ** 2
  }
  return Math.sqrt(difference / length)
}

async function measure(task: Measurement): Promise<Measured> {
  const started = performance.now()
  const { source, made, forms } = await prepared(task)
  const prepareSeconds = (performance.now() - started) / 1000
  const result: Measured = {
    prepareSeconds,
    made,
    forms,
    loadSeconds: 0,
    residentAfterLoad: 0,
    anonymousAfterLoad: 0,
    peak: 0,
    runSeconds: [],
    cpuSeconds: [],
    others: 0,
  }
  if (task.prepareOnly === true) return { ...result, peak: status('VmHWM') }
  const loading = performance.now()
  const session = await openSession(source, {
    executionProvider: 'cpu',
    threads: task.threads,
    stage: task.network,
  })
  result.loadSeconds = (performance.now() - loading) / 1000
  result.residentAfterLoad = status('VmRSS')
  result.anonymousAfterLoad = status('RssAnon')
  const context = Number(session.input('encoder_hidden_states')?.shape[2] ?? 0)
  const feeds = feedsOf(task, (name) => session.accepts(name), context)
  let output = new Float32Array()
  const machine = machineSeconds()
  const own = process.cpuUsage()
  for (let i = 0; i < task.runs; i++) {
    const start = performance.now()
    const busy = process.cpuUsage()
    const answer = await session.run(feeds)
    const { user, system } = process.cpuUsage(busy)
    result.cpuSeconds.push((user + system) / 1e6)
    result.runSeconds.push((performance.now() - start) / 1000)
    output = Float32Array.from(Object.values(answer)[0]?.data ?? [])
  }
  const since = machineSeconds()
  const { user, system } = process.cpuUsage(own)
  const foreign = since.busy - machine.busy - (user + system) / 1e6
  result.others = Math.max(0, foreign) / Math.max(since.all - machine.all, 0.01)
  result.peak = status('VmHWM')
  if (task.output !== undefined) {
    await writeFile(task.output, new Uint8Array(output.buffer))
    const fed = ['sample', 'encoder_hidden_states', 'text_embeds'].map((name) => feeds[name])
    const numbers = fed.flatMap((feed) => (feed !== undefined && 'data' in feed ? [...feed.data] : []))
    await writeFile(`${task.output}.feeds`, new Uint8Array(Float32Array.from(numbers).buffer))
  }
  if (task.reference !== undefined) {
    const bytes = await readFile(task.reference)
    result.relativeError = relativeError(
      output,
      new Float32Array(bytes.buffer, bytes.byteOffset, output.length),
    )
  }
  return result
}

const [argument] = process.argv.slice(2)
if (argument === undefined) throw new Error('bench/run.ts starts this')
console.log(JSON.stringify(await measure(JSON.parse(argument) as Measurement)))
process.exit(0)
