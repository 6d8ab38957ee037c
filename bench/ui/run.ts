import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { ensureBuilt } from '../../scripts/build.mjs'
import { median, mb, ms, quantile } from './figures.ts'
import { type UseSample, useForAnHour } from './long-use.ts'
import { type Frames, scrollGallery, takeLongTasks, workOf } from './page-probe.ts'
import { timeTyping } from './searches.ts'
import { traceTasks } from './task-trace.ts'
import { type StudioWindow, goTo, openStudio } from './studio-window.ts'

/**
 * `node bench/ui/run.ts`: how quick the interface is with 100,000 pictures, in numbers, into docs/interface-speed.md.
 * The seeded library stays in --data (a folder of the system's temporary ones by default) for the next run.
 */
const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: '100000' },
    data: { type: 'string' },
    seconds: { type: 'string', default: '6' },
    minutes: { type: 'string', default: '60' },
    starts: { type: 'string', default: '5' },
    out: { type: 'string', default: 'docs/interface-speed.md' },
  },
})
const pictures = Number(values.pictures)
const data = values.data ?? path.join(os.tmpdir(), `sanggar-bench-${pictures}`)
const say = (text: string) => process.stderr.write(`${text}\n`)
/** The core's side in a process of its own, as in the program itself. */
const library = (script: string, parameters: string[]): string =>
  execFileSync(
    process.execPath,
    [path.resolve(import.meta.dirname, '..', 'library', script), ...parameters],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1 << 26,
    },
  )
const load = () => os.loadavg()[0] ?? 0

if (!existsSync(path.join(data, 'library.db'))) {
  say(`making a library of ${pictures} pictures in ${data}`)
  library('seed.ts', ['--data', data, '--pictures', String(pictures)])
}
await ensureBuilt(process.execPath)
const loadBefore = load()

say('starting')
const starts: StudioWindow['start'][] = []
for (let count = 1; count < Number(values.starts); count++) {
  const window = await openStudio(data)
  starts.push(window.start)
  await window.close()
}
const window = await openStudio(data)
starts.push(window.start)
const { page } = window
const session = await page.context().newCDPSession(page)
await session.send('Performance.enable')
await session.send('HeapProfiler.enable')

say('scrolling')
const galleryBegan = performance.now()
await goTo(page, 'Gallery')
await page.locator('.tile img').first().waitFor()
const galleryOpened = performance.now() - galleryBegan
await page.waitForTimeout(1500)
await takeLongTasks(page)
const speeds = [
  { name: 'reading (900 pixels a second)', pixels: 15 },
  { name: 'looking for something (4,800 pixels a second)', pixels: 80 },
  { name: 'flying (24,000 pixels a second)', pixels: 400 },
]
const scrolls: { name: string; frames: Frames; longTasks: number[]; work: number }[] = []
for (const { name, pixels } of speeds) {
  const before = await workOf(session)
  const frames = await scrollGallery(page, pixels, Number(values.seconds) * 1000)
  const after = await workOf(session)
  const work = after.script - before.script + after.layout - before.layout
  scrolls.push({ name, frames, longTasks: await takeLongTasks(page), work })
}

say('searching')
const typing = await timeTyping(page)

say('generating')
await goTo(page, 'Create')
const tasksUntilNow = await traceTasks(session)
const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true })
await prompt.fill('a red boat on a calm sea at sunset')
await page.getByRole('button', { name: 'Generate', exact: true }).click()
// The newest stands first; how many stand there says nothing, since the oldest goes when one comes.
const newest = page.getByRole('region', { name: 'Recent pictures' }).locator('img').first()
const before = await newest.getAttribute('src')
const generatingBegan = performance.now()
const keys: number[] = []
while (performance.now() - generatingBegan < 60_000) {
  const began = performance.now()
  await prompt.press('x')
  keys.push(performance.now() - began)
  if ((await newest.getAttribute('src')) !== before) break
  await page.waitForTimeout(50)
}
await page.waitForTimeout(1000)
const generating = {
  took: performance.now() - generatingBegan,
  tasks: await tasksUntilNow(),
  keys,
}

say('an hour of use')
const use = await useForAnHour(window, session, Number(values.minutes))
await window.close()

say('asking the core')
const core = JSON.parse(library('time-core.ts', [data, '7'])) as {
  searches: { search: string; found: number; milliseconds: number[] }[]
  days: number[]
  opened: number
}
writeFileSync(values.out, report())
say(`written to ${values.out}`)

function report(): string {
  const cores = `${os.cpus().length} cores, ${os.cpus()[0]?.model ?? 'unknown'}`
  const started = (part: keyof StudioWindow['start']) => ms(median(starts.map((start) => start[part])))
  const answers = core.searches.flatMap(({ milliseconds }) => milliseconds)
  const [first, last] = [use[0], use.at(-1)]
  const crowded = Math.max(loadBefore, load()) > os.cpus().length * 0.75
  return `# Speed of the interface, measured

\`node bench/ui/run.ts\`, ${new Date().toISOString().slice(0, 10)}: a library of ${pictures.toLocaleString('en')} pictures over two years, each a row, words in the
index, a sealed picture and a sealed thumbnail. ${cores}, ${mb(os.totalmem())} of memory, Chromium without a
graphics card (software rendering), load ${loadBefore.toFixed(1)} before and ${load().toFixed(1)} after.
${crowded ? '\n**The machine was busy with other things while this ran: times are worse than they would be on a quiet one.**\n' : ''}
## Start

Median of ${starts.length}, from starting the program. Chromium itself was running already.

| | time | wanted |
|---|---|---|
| the library is open (a process of its own) | ${ms(core.opened)} | |
| the host answers | ${started('served')} | |
| the prompt is on the screen | ${started('painted')} | |
| a letter typed into it is on the screen | ${started('typed')} | under 1000 ms |
| from a click on Gallery to its first tiles | ${ms(galleryOpened)} | |

## Scrolling

${values.seconds} seconds each, the grid moved in every frame. Blank: tiles in view whose picture had not come yet. Of each
frame, scripts, styles and layout are what the program costs (wanted: under 16.7 ms); painting and decoding come on top,
here on the same two cores, elsewhere on a graphics card.

| speed | frames | scripts, styles, layout | frame time, median | 95 % | longest | over 34 ms | blank | tasks over 100 ms |
|---|---|---|---|---|---|---|---|---|
${scrolls.map(scrollRow).join('\n')}

## Search

In the core, an answer of 200 pictures with their number (wanted: under 50 ms): median ${ms(median(answers), 1)}, 95 % ${ms(quantile(answers, 0.95), 1)},
longest ${ms(Math.max(...answers), 1)}. The days for the headings: median ${ms(median(core.days), 1)}.

| search | found | median | longest |
|---|---|---|---|
${core.searches.map((one) => `| \`${one.search}\` | ${one.found.toLocaleString('en')} | ${ms(median(one.milliseconds), 1)} | ${ms(Math.max(...one.milliseconds), 1)} |`).join('\n')}

From the last key to the first tile of the answer, with the 150 ms that wait for the next key: median ${ms(median(typing))},
longest ${ms(Math.max(...typing))}.

## While a picture is being made

${(generating.took / 1000).toFixed(1)} s with the starter model, typing all the while (${generating.keys.length} letters). Tasks of the page over 100 ms
(wanted: none): ${generating.tasks.filter(({ processor }) => processor > 100).length} that worked so long, ${generating.tasks.filter(({ wall }) => wall > 100).length} by the clock, in which the page also waits for a processor that the model
uses. The longest: ${ms(Math.max(0, ...generating.tasks.map(({ processor }) => processor)), 1)} of work, ${ms(Math.max(0, ...generating.tasks.map(({ wall }) => wall)))} by the clock; a letter took ${ms(median(generating.keys), 1)} in the median and ${ms(quantile(generating.keys, 0.95), 1)} at 95 %.

## Memory over an hour

${values.minutes} minutes of use, simulated faster than life: scrolling to far places, selecting, viewing, searching, changing screens. After
garbage collection. Growth of the page's heap from the first to the last: ${growth(first, last)}.

| minute | page's heap | document nodes | the program (without inference) |
|---|---|---|---|
${use.map((sample) => `| ${sample.minute} | ${mb(sample.heap)} | ${sample.nodes} | ${mb(sample.program)} |`).join('\n')}
`
}

function scrollRow({ name, frames, longTasks, work }: (typeof scrolls)[number]): string {
  const { times, tiles, blank } = frames
  const slow = times.filter((time) => time > 34).length
  return [
    '',
    name,
    times.length,
    ms((work * 1000) / times.length, 1),
    ms(median(times), 1),
    ms(quantile(times, 0.95), 1),
    ms(Math.max(...times)),
    `${((slow / times.length) * 100).toFixed(1)} %`,
    `${((blank / Math.max(tiles, 1)) * 100).toFixed(1)} %`,
    longTasks.filter((task) => task > 100).length,
    '',
  ]
    .join(' | ')
    .trim()
}

function growth(first: UseSample | undefined, last: UseSample | undefined): string {
  if (!first || !last) return 'not measured'
  return `${(((last.heap - first.heap) / first.heap) * 100).toFixed(0)} %`
}
