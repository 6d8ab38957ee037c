import path from 'node:path'
import process from 'node:process'
import type { ImagePage } from '../../contract/image.ts'
import { dispatch } from '../../contract/rpc.ts'
import { createStudio } from '../../core/create-studio.ts'
import { nodeHost } from '../../core/hosting/node-host.ts'

/** `node bench/library/time-core.ts FOLDER ROUNDS`: what the core needs for answers, as one line of JSON. */
export type CoreTimes = {
  searches: { search: string; found: number; milliseconds: number[] }[]
  /** the days of the gallery's headings */
  days: number[]
  /** opening the library */
  opened: number
}

const searches = [
  'boat',
  'lighthouse snow',
  'red boat sunset',
  'tag:poster',
  'tag:"for mum" hill',
  'model:sdxl',
  'size:>600 night',
  'star:yes crane',
  'after:2026-06 cats',
  '-model:starter river',
  'nothing finds this',
]

const [folder = '', rounds = '5'] = process.argv.slice(2)
const began = performance.now()
const studio = await createStudio(nodeHost('cli', path.resolve(folder)))
const changing = await someImage()
const times: CoreTimes = { searches: [], days: [], opened: performance.now() - began }

async function someImage(): Promise<string> {
  const answer = await dispatch(studio.handlers, 'images.query', { limit: 1 })
  const [tile] = answer.ok ? (answer.value as ImagePage).tiles : []
  if (tile === undefined) throw new Error('no pictures')
  return tile.id
}

async function time(name: string, input: object): Promise<{ milliseconds: number; total: number }> {
  // Answers are kept until a picture changes: here each has to be found anew.
  await dispatch(studio.handlers, 'images.change', { ids: [changing], change: { note: '' } })
  const asked = performance.now()
  const answer = await dispatch(studio.handlers, name, input)
  const milliseconds = performance.now() - asked
  if (!answer.ok) throw new Error(`${name}: ${answer.failure.code}`)
  return { milliseconds, total: (answer.value as { total?: number }).total ?? 0 }
}

for (let round = 0; round < Number(rounds); round++) {
  for (const search of searches) {
    const { milliseconds, total } = await time('images.query', { text: search })
    const known = times.searches.find((one) => one.search === search)
    if (known) known.milliseconds.push(milliseconds)
    else times.searches.push({ search, found: total, milliseconds: [milliseconds] })
  }
  times.days.push((await time('images.days', {})).milliseconds)
}
await studio.close()
process.stdout.write(`${JSON.stringify(times)}\n`)
