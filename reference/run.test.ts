import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { absoluteDifference, beyond, relativeDifference } from './comparison.ts'

const here = dirname(fileURLToPath(import.meta.url))
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-reference-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** Exit code and last lines of `npm run test:reference -- groups` over `reference`. */
async function run(reference: string, ...groups: string[]): Promise<{ code: number; lines: string[] }> {
  return new Promise((resolve) => {
    const env = { ...process.env, SANGGAR_REFERENCE: reference }
    execFile(process.execPath, [join(here, 'run.ts'), ...groups], { env }, (error, stdout) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, lines: stdout.trim().split('\n') })
    })
  })
}

test('one wrong number is one failure, named, and the exit code says so', async () => {
  const reference = join(folder, 'wrong')
  await mkdir(reference)
  const text = await readFile(join(here, 'data/torch_randn.json'), 'utf8')
  await writeFile(join(reference, 'torch_randn.json'), text.replace('-1.1258398294448853', '-1.1258428'))
  const { code, lines } = await run(reference, 'random')
  expect(code).toBe(1)
  expect(lines[0]).toMatch(/^failed random\/seed 0 \[1, 4, 64, 64\]: first draw: 2\.9\de-6/)
  expect(lines.slice(-2)).toEqual([
    'random: 12 passed, 1 failed, 0 skipped',
    'total: 12 passed, 1 failed, 0 skipped',
  ])
})

test('a trace of another scheduler is found out', async () => {
  const [from, to] = [join(here, 'data/schedulers'), join(folder, 'traces/schedulers')]
  await mkdir(to, { recursive: true })
  for (const file of ['ddim_sd_4.safetensors', 'common.safetensors'])
    await cp(join(from, file), join(to, file))
  const record = JSON.parse(await readFile(join(from, 'ddim_sd_4.json'), 'utf8')) as object
  await writeFile(join(to, 'ddim_sd_4.json'), JSON.stringify({ ...record, scheduler_class: 'DDPMScheduler' }))
  await writeFile(join(to, 'index.json'), JSON.stringify({ cases: [{ id: 'ddim_sd_4' }, { id: 'absent' }] }))
  const { code, lines } = await run(join(folder, 'traces'), 'schedulers')
  expect(code).toBe(1)
  expect(lines.some((line) => line.startsWith('failed schedulers/ddim_sd_4: injected sample 0'))).toBe(true)
  expect(lines.at(-1)).toBe('total: 0 passed, 1 failed, 3 skipped')
})

test('what is absent is skipped and counted', async () => {
  const empty = join(folder, 'empty')
  await mkdir(empty)
  const { code, lines } = await run(empty)
  expect(code).toBe(0)
  for (const line of lines) expect(line).toMatch(/^[\w-]+: 0 passed, 0 failed, [1-9]\d* skipped$/)
  expect(lines.length).toBeGreaterThanOrEqual(7)
})

test('a folder or group that does not exist is no success', async () => {
  expect((await run(join(folder, 'nowhere'))).code).toBe(2)
  expect((await run(join(here, 'data'), 'nonsense')).code).toBe(2)
})

test('nothing that is not finite passes for equal', () => {
  expect(absoluteDifference([Number.NaN], [1])).toBe(Infinity)
  expect(absoluteDifference([1], [Number.NaN])).toBe(Infinity)
  expect(absoluteDifference([Infinity], [-Infinity])).toBe(Infinity)
  expect(absoluteDifference([1, 2], [1])).toBe(Infinity)
  expect(relativeDifference([101, 0], [100, 0])).toBeCloseTo(0.01, 12)
  expect(relativeDifference([0.1], [0])).toBeCloseTo(0.1, 12)
  expect(beyond('x', Number.NaN, 1)).toHaveLength(1)
})
