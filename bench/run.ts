import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'

import { inferenceEnvironment } from '../core/hosting/inference-environment.ts'
import { cpuFeatures } from '../inference/precision/cpu-features.ts'
import type { Measured, Measurement } from './measure.ts'
import { models } from './model-sizes.ts'
import { writeRandomModel } from './write-random-model.ts'

/*
 * node bench/run.ts [--model sd15|sdxl] [--precision exact,balanced,fast] [--threads 2] [--runs 3] [--side 64]
 *                   [--folder DIR] [--type F16|F32] [--decoder] [--peer PYTHON] [--peer-types float32,bfloat16]
 *                   [--write FILE.md]
 * --peer: a Python with torch and safetensors, which runs the same UNet in the same minutes (bfloat16 takes minutes on a
 * processor that has to emulate it).
 * Writes a checkpoint of published size and random content into DIR (kept for the next time) and measures every
 * precision in a process of its own: first loading as a person's file, then what is kept for later.
 */
const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'sd15' },
    precision: { type: 'string', default: 'exact,balanced,fast' },
    threads: { type: 'string', default: '2' },
    runs: { type: 'string', default: '3' },
    side: { type: 'string' },
    folder: { type: 'string', default: join(tmpdir(), 'sanggar-bench') },
    type: { type: 'string', default: 'F16' },
    decoder: { type: 'boolean', default: false },
    peer: { type: 'string' },
    'peer-types': { type: 'string', default: 'float32,bfloat16' },
    write: { type: 'string' },
  },
})

const run = promisify(execFile)

async function measured(task: Measurement): Promise<Measured> {
  const { stdout } = await run(
    process.execPath,
    [join(import.meta.dirname, 'measure.ts'), JSON.stringify(task)],
    { env: inferenceEnvironment(), maxBuffer: 1 << 24 },
  )
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Measured
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0
const seconds = (value: number): string => `${value.toFixed(2)} s`
const gigabytes = (value: number): string => `${(value / 2 ** 30).toFixed(2)} GB`

function row(name: string, form: string, result: Measured, exactRun: number | undefined): string {
  const time = median(result.runSeconds)
  const cells = [
    name,
    form,
    seconds(result.prepareSeconds),
    seconds(result.loadSeconds),
    `${gigabytes(result.residentAfterLoad)} (${gigabytes(result.anonymousAfterLoad)})`,
    `${seconds(time)} (${seconds(Math.min(...result.runSeconds))})`,
    seconds(Math.min(...result.cpuSeconds)),
    `${(100 * result.others).toFixed(0)} %`,
    exactRun === undefined ? '' : `${(exactRun / Math.min(...result.cpuSeconds)).toFixed(2)} x`,
    gigabytes(result.peak),
    result.relativeError === undefined ? '' : result.relativeError.toExponential(1),
  ]
  return `| ${cells.join(' | ')} |`
}

const description = models[options.model]?.()
if (description === undefined) {
  console.error(`No such model: ${options.model}; there are ${Object.keys(models).join(', ')}`)
  process.exit(2)
}
const folder = join(options.folder, `${options.model}-${options.type}`)
await mkdir(options.folder, { recursive: true })
await writeRandomModel(folder, description, options.type === 'F32' ? 'F32' : 'F16')

const side = Number(options.side ?? description.size / 8)
const common = {
  model: folder,
  cacheFolder: join(options.folder, 'cache'),
  threads: Number(options.threads),
  side,
  runs: Number(options.runs),
}
const { id } = await cpuFeatures()
const lines = [
  `${options.model}, ${options.type}, ${side * 8} x ${side * 8}, ${options.threads} threads, batch 2 (guidance in one call); ${cpus().length} x ${id}`,
  '',
  '| network, precision | opened | prepared in | loaded in | resident after load (anonymous) | run: median (least) | processor time, least | taken by others | less than exact | peak | rel. L2 error |',
  '|---|---|---|---|---|---|---|---|---|---|---|',
]
let exactRun: number | undefined
for (const precision of options.precision.split(',') as Measurement['precision'][]) {
  const output = join(options.folder, `${options.model}-${precision}.f32`)
  const reference = join(options.folder, `${options.model}-exact.f32`)
  // Without an exact run there is nothing to compare with.
  const compared = exactRun === undefined ? {} : { reference }
  const task: Measurement = { ...common, network: 'unet', precision, packed: false }
  const first = await measured({
    ...task,
    runs: precision === 'exact' ? common.runs : 1,
    ...(precision === 'exact' ? { output } : compared),
  })
  if (precision === 'exact') exactRun = Math.min(...first.cpuSeconds)
  lines.push(row(`unet, ${precision}`, 'first time', first, precision === 'exact' ? undefined : exactRun))
  console.error(lines.at(-1))
  const kept = await measured({ ...task, packed: true, prepareOnly: true, runs: 0 })
  const later = await measured({
    ...task,
    packed: true,
    ...(precision === 'exact' ? { reference } : compared),
  })
  lines.push(row(`unet, ${precision}`, 'kept', { ...later, prepareSeconds: kept.prepareSeconds }, exactRun))
  console.error(lines.at(-1))
  console.error(JSON.stringify(first.forms))
}
if (options.peer !== undefined) {
  const exact = join(options.folder, `${options.model}-exact.f32`)
  const unet = join(folder, 'unet', description.networks['unet']?.file ?? '')
  const { stdout } = await run(
    options.peer,
    [
      join(import.meta.dirname, 'peer_torch.py'),
      unet,
      `${exact}.feeds`,
      exact,
      '--side',
      String(side),
      '--threads',
      options.threads,
      '--runs',
      options.runs,
      '--types',
      options['peer-types'],
      ...(options.model === 'sdxl' ? ['--head-width', '64'] : []),
    ],
    { maxBuffer: 1 << 24 },
  )
  for (const line of stdout.trim().split('\n')) {
    const { dtype, version, ...peer } = JSON.parse(line) as Measured & { dtype: string; version: string }
    const nothing = { prepareSeconds: 0, residentAfterLoad: 0, anonymousAfterLoad: 0, made: false, forms: {} }
    lines.push(row(`PyTorch ${version}, ${dtype}`, 'eager', { ...nothing, ...peer }, exactRun))
    console.error(lines.at(-1))
  }
}
if (options.decoder) {
  const decoder = await measured({
    ...common,
    network: 'vae_decoder',
    precision: 'exact',
    packed: false,
    runs: 1,
  })
  lines.push(row('vae decoder, exact', 'first time', decoder, undefined))
}
console.log(lines.join('\n'))
if (options.write !== undefined) await writeFile(options.write, `${lines.join('\n')}\n`)
process.exit(0)
