import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SanggarError } from '../contract/errors.ts'
import type { Pixels } from './images/pixels.ts'
import type { ProviderOptions } from './provider-session.ts'
import type { ProviderName } from './providers.ts'
import { enlarged } from './running/enhance.ts'
import { type Session, openSession } from './session.ts'
import { openTrialMemory } from './trial-memory.ts'

const model = join(import.meta.dirname, '..', 'models', 'upscale-2x')

type Device = { factor?: number; failsAfter?: number }
type Answer = Awaited<ReturnType<Session['run']>>

/**
 * A machine whose accelerators are the CPU in disguise. What the CPU has answered they answer at once, so that they are
 * quicker however busy the machine is.
 */
function machine(devices: Partial<Record<ProviderName, Device>>) {
  const notes: string[] = []
  const sizes: number[][] = []
  const known = new WeakMap<object, Answer>()
  const open: typeof openSession = async (source, options) => {
    const provider = options.executionProvider as ProviderName
    const real = await openSession(source, { ...options, executionProvider: 'cpu' })
    const { factor = 1, failsAfter = Infinity } = devices[provider] ?? {}
    let runs = 0
    const session: Session = {
      ...real,
      executionProvider: provider,
      async run(feeds, ...rest) {
        if (++runs > failsAfter)
          throw new SanggarError({ code: 'inference-failed', stage: 'upscaler', detail: 'lost' })
        const [feed] = Object.values(feeds)
        if (feed === undefined || !('data' in feed)) throw new Error('a picture is fed')
        sizes.push([...feed.shape])
        if (provider === 'cpu') {
          await new Promise((resolve) => setTimeout(resolve, 100))
          const right = await real.run(feeds, ...rest)
          known.set(feed.data, right)
          return right
        }
        const right = known.get(feed.data) ?? (await real.run(feeds, ...rest))
        const answer = Object.fromEntries(
          Object.entries(right).map(([name, { data, shape }]) => [
            name,
            { data: data.map((value) => value * factor), shape },
          ]),
        )
        return answer
      },
    }
    return session
  }
  const runtime: ProviderOptions = {
    executionProvider: 'auto',
    threads: 1,
    open,
    candidates: (Object.keys(devices) as ProviderName[]).filter((name) => name !== 'cpu'),
    trials: openTrialMemory(undefined),
    onNote: ({ code, detail }) => void notes.push(`${code} ${detail}`),
  }
  return { runtime, notes, sizes }
}

const [width, height] = [300, 40]
const source: Pixels = {
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7) % 256),
}
const enlarge = (runtime: ProviderOptions) =>
  enlarged(source, { model, scale: 2 }, runtime, () => Promise.resolve())
const cpu: ProviderOptions = { executionProvider: 'cpu', threads: 1 }

test('the first tile is the trial, and the faster device enlarges', async () => {
  const { runtime, notes, sizes } = machine({ cuda: {} })
  const { pixels, executionProvider } = await enlarge(runtime)
  expect(executionProvider).toBe('cuda')
  expect(notes).toEqual([])
  // None of the probe's little sizes was measured.
  expect(Math.min(...sizes.map(([, , , side = 0]) => side))).toBeGreaterThan(100)
  expect(pixels).toEqual((await enlarge(cpu)).pixels)
})

test('one that answers other numbers is not taken, and told', async () => {
  const { runtime, notes } = machine({ dml: { factor: 0.5 } })
  const { pixels, executionProvider } = await enlarge(runtime)
  expect(executionProvider).toBe('cpu')
  expect(notes).toEqual(['provider-failed upscaler (dml)'])
  expect(pixels).toEqual((await enlarge(cpu)).pixels)
})

test('one that fails in the middle leaves the rest to the CPU, and is told', async () => {
  // Warm-up, measurement, and from the next tile on it is lost.
  const { runtime, notes } = machine({ webgpu: { failsAfter: 2 } })
  const { pixels, executionProvider } = await enlarge(runtime)
  expect(executionProvider).toBe('cpu')
  expect(notes).toEqual(['provider-failed upscaler (webgpu)'])
  expect(pixels).toEqual((await enlarge(cpu)).pixels)
})

test('a device that was named and cannot open the graph is told, and the CPU does it', async () => {
  const { runtime, notes } = machine({})
  const open: typeof openSession = (graph, options) =>
    options.executionProvider === 'cpu' ? openSession(graph, options) : Promise.reject(new Error('no kernel'))
  const { executionProvider } = await enlarge({ ...runtime, open, executionProvider: 'cuda' })
  expect(executionProvider).toBe('cpu')
  expect(notes).toEqual(['provider-fallback cpu'])
})
