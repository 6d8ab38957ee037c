import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SanggarError } from '../contract/errors.ts'
import { type AutomaticPorts, openAutomatic } from './automatic-session.ts'
import type { ProviderName } from './providers.ts'
import type { Session, openSession } from './session.ts'
import { openTrialMemory } from './trial-memory.ts'

let folder = ''
let graph = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-trial-'))
  graph = join(folder, 'a secret name.onnx')
  await writeFile(graph, 'weights')
})
afterAll(() => rm(folder, { recursive: true }))

type Device = {
  /** milliseconds of a run on the fake clock */
  takes: number
  /** added to each number of the answer */
  off?: number
  fails?: 'to open' | 'to run'
  absent?: true
}

/** A machine with these devices: sessions that double what they are fed, and a clock that their runs move. */
function machine(devices: Partial<Record<ProviderName, Device>>) {
  let clock = 0
  const opened: string[] = []
  const open = new Set<string>()
  const notes: string[] = []
  const openFake: typeof openSession = async (_, { executionProvider, stage }) => {
    const wanted = executionProvider as ProviderName
    const isAbsent = devices[wanted]?.absent === true
    const name = isAbsent ? 'cpu' : wanted
    const { takes, off = 0, fails } = devices[name] ?? { takes: 0 }
    opened.push(wanted)
    if (fails === 'to open') throw new SanggarError({ code: 'inference-failed', stage, detail: 'no kernel' })
    open.add(wanted)
    const session: Session = {
      inputs: [],
      outputs: [],
      executionProvider: name,
      ...(isAbsent ? { fellBackFrom: wanted } : {}),
      accepts: () => true,
      input: () => undefined,
      async run(feeds) {
        clock += takes
        if (fails === 'to run') throw new SanggarError({ code: 'inference-failed', stage, detail: 'lost' })
        const { data } = feeds['x'] as { data: Float32Array }
        return { y: { data: data.map((value) => 2 * value + off), shape: [data.length] } }
      },
      release: async () => void open.delete(wanted),
    }
    return session
  }
  const ports = (memory = openTrialMemory(undefined)): AutomaticPorts => ({
    open: openFake,
    candidates: (Object.keys(devices) as ProviderName[]).filter((name) => name !== 'cpu'),
    memory,
    now: () => clock,
    onNote: ({ code, detail }) => void notes.push(`${code} ${detail}`),
  })
  return { ports, opened, open, notes }
}

const feeds = { x: { data: Float32Array.of(1, -2, 30), shape: [3] } }
const start = (ports: AutomaticPorts): Promise<Session> =>
  openAutomatic({ kind: 'file', path: graph }, { threads: 1, stage: 'unet' }, ports)

test('the faster device is taken after the first run, and the CPU let go', async () => {
  const { ports, opened, open, notes } = machine({ cpu: { takes: 100 }, cuda: { takes: 10, off: 1e-4 } })
  const session = await start(ports())
  expect(session.executionProvider).toBe('cpu')
  const answer = await session.run(feeds)
  expect(session.executionProvider).toBe('cuda')
  expect([...(answer['y']?.data ?? [])]).toEqual([...Float32Array.of(2.0001, -3.9999, 60.0001)])
  expect(opened).toEqual(['cpu', 'cuda'])
  expect([...open]).toEqual(['cuda'])
  expect(notes).toEqual([])
  await session.run(feeds)
  expect(opened).toEqual(['cpu', 'cuda'])
  await session.release()
  expect([...open]).toEqual([])
})

test('of several the fastest; one that is hardly faster than the CPU is not worth other numbers', async () => {
  const several = machine({ cpu: { takes: 100 }, cuda: { takes: 50 }, webgpu: { takes: 20 } })
  const session = await start(several.ports())
  await session.run(feeds)
  expect(session.executionProvider).toBe('webgpu')
  expect([...several.open]).toEqual(['webgpu'])
  const hardly = machine({ cpu: { takes: 100 }, cuda: { takes: 95 } })
  const other = await start(hardly.ports())
  await other.run(feeds)
  expect(other.executionProvider).toBe('cpu')
  expect([...hardly.open]).toEqual(['cpu'])
  expect(hardly.notes).toEqual([])
})

test.each([
  ['answers other numbers', { takes: 1, off: 3 }],
  ['answers what is no number', { takes: 1, off: Number.NaN }],
  ['cannot open the graph', { takes: 1, fails: 'to open' }],
  ['fails when it runs', { takes: 1, fails: 'to run' }],
] satisfies [string, Device][])('a device that %s is told and not used', async (_, dml) => {
  const { ports, open, notes } = machine({ cpu: { takes: 100 }, dml })
  const memory = openTrialMemory(undefined)
  const session = await start(ports(memory))
  const answer = await session.run(feeds)
  expect([...(answer['y']?.data ?? [])]).toEqual([2, -4, 60])
  expect(session.executionProvider).toBe('cpu')
  expect([...open]).toEqual(['cpu'])
  expect(notes).toEqual(['provider-failed unet (dml)'])
  // The next time nobody tries again, and it is told all the same.
  await start(ports(memory))
  expect(notes).toHaveLength(2)
})

test('a device that is not there is no failure', async () => {
  const { ports, open, notes } = machine({ cpu: { takes: 100 }, webgpu: { takes: 1, absent: true } })
  const session = await start(ports())
  await session.run(feeds)
  expect(session.executionProvider).toBe('cpu')
  expect([...open]).toEqual(['cpu'])
  expect(notes).toEqual([])
})

test('what was found is remembered on disk without a path, until the file changes', async () => {
  const cache = join(folder, 'cache')
  const first = machine({ cpu: { takes: 100 }, cuda: { takes: 10 } })
  await (await start(first.ports(openTrialMemory(cache)))).run(feeds)
  const text = await readFile(join(cache, 'provider-trials.json'), 'utf8')
  expect(text).toContain('"milliseconds":{"cpu":100,"cuda":10}')
  expect(text).not.toContain('secret')
  expect(await readdir(cache)).toEqual(['provider-trials.json'])

  const second = machine({ cpu: { takes: 100 }, cuda: { takes: 10 } })
  expect((await start(second.ports(openTrialMemory(cache)))).executionProvider).toBe('cuda')
  expect(second.opened).toEqual(['cuda'])

  const gone = machine({ cpu: { takes: 100 }, cuda: { takes: 10, fails: 'to open' } })
  expect(await start(gone.ports(openTrialMemory(cache)))).toMatchObject({
    executionProvider: 'cpu',
    fellBackFrom: 'cuda',
  })

  await utimes(graph, new Date(), new Date(Date.now() + 5000))
  const changed = machine({ cpu: { takes: 100 }, cuda: { takes: 200 } })
  const session = await start(changed.ports(openTrialMemory(cache)))
  await session.run(feeds)
  expect(session.executionProvider).toBe('cpu')
})

test('a damaged memory is an empty one', async () => {
  const cache = join(folder, 'damaged')
  const { ports } = machine({ cpu: { takes: 100 }, cuda: { takes: 10 } })
  await (await start(ports(openTrialMemory(cache)))).run(feeds)
  await writeFile(join(cache, 'provider-trials.json'), '{"x": {"provider": "a card"}}')
  const again = machine({ cpu: { takes: 100 }, cuda: { takes: 10 } })
  const session = await start(again.ports(openTrialMemory(cache)))
  await session.run(feeds)
  expect(again.opened).toEqual(['cpu', 'cuda'])
})

test('without candidates or without room the graph stays on the CPU', async () => {
  const alone = machine({ cpu: { takes: 100 } })
  await (await start(alone.ports())).run(feeds)
  expect(alone.opened).toEqual(['cpu'])
  const full = machine({ cpu: { takes: 100 }, cuda: { takes: 1 } })
  await (await start({ ...full.ports(), hasRoom: false })).run(feeds)
  expect(full.opened).toEqual(['cpu'])
})
