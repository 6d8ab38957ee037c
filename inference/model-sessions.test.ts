import { expect, test } from 'vitest'
import { SanggarError } from '../contract/errors.ts'
import { identityGraph } from './identity-graph.ts'
import type { Component, ModelParts } from './model-parts.ts'
import { ModelSessions, type SessionsOptions } from './model-sessions.ts'
import { openSession } from './session.ts'

const component = (bytes: number): Component => ({
  source: { kind: 'bytes', bytes: identityGraph('float32'), path: 'identity' },
  config: {},
  bytes,
  inputs: [],
  outputs: [],
  shapes: {},
})
const parts: ModelParts = {
  path: 'model',
  index: {},
  components: {
    text_encoder: component(100),
    text_encoder_2: component(100),
    unet: component(500),
    controlnet: component(100),
    vae_decoder: component(50),
  },
  tokenizers: {},
  manifest: {},
}
const sessionsOf = (more: Partial<SessionsOptions> = {}): ModelSessions =>
  new ModelSessions(parts, { executionProvider: 'cpu', threads: 1, policy: 'keep', ...more })
const openNames = (sessions: ModelSessions): string[] =>
  (['text_encoder', 'text_encoder_2', 'unet', 'controlnet', 'vae_decoder'] as const).filter((name) =>
    sessions.isOpen(name),
  )

test('a graph that an accelerator refuses runs on the CPU, with a note', async () => {
  const notes: { code: string; detail: string }[] = []
  const sessions = sessionsOf({
    executionProvider: 'dml',
    onNote: (note) => void notes.push(note),
    open: (source, options) =>
      options.executionProvider === 'cpu'
        ? openSession(source, options)
        : Promise.reject(new SanggarError({ code: 'out-of-memory', stage: options.stage })),
  })
  const session = await sessions.session('unet')
  expect(session).toMatchObject({ executionProvider: 'cpu', fellBackFrom: 'dml' })
  expect(notes).toEqual([{ code: 'provider-fallback', detail: 'cpu' }])
  await sessions.releaseAll()
})

test('a component is opened once, freed when its stage is over, and opened again', async () => {
  let opened = 0
  const sessions = sessionsOf({
    policy: 'after-use',
    open: (source, options) => {
      opened += 1
      return openSession(source, options)
    },
  })
  expect(await sessions.session('unet')).toBe(await sessions.session('unet'))
  await sessions.finished('unet')
  expect(openNames(sessions)).toEqual([])
  await sessions.session('unet')
  expect(opened).toBe(2)
  await sessions.releaseAll()
})

test('under a ceiling others make room, but not those that a step needs together', async () => {
  const sessions = sessionsOf({ memoryCeiling: 650 * 1.3 })
  await sessions.session('text_encoder')
  await sessions.session('unet')
  expect(openNames(sessions)).toEqual(['text_encoder', 'unet'])
  await sessions.session('controlnet')
  expect(openNames(sessions)).toEqual(['unet', 'controlnet'])
  await sessions.session('vae_decoder')
  expect(openNames(sessions)).toEqual(['unet', 'controlnet', 'vae_decoder'])
  await sessions.releaseAll()
  const small = sessionsOf({ memoryCeiling: 400 })
  await expect(small.session('unet')).rejects.toMatchObject({
    failure: { code: 'out-of-memory', stage: 'unet' },
  })
})

test('without a ceiling networks share a room: the one needed longest ago goes, nothing goes for what is small', async () => {
  const sessions = sessionsOf({ room: 650 * 1.3 })
  await sessions.session('text_encoder')
  await sessions.session('unet')
  await sessions.session('vae_decoder')
  expect(openNames(sessions)).toEqual(['text_encoder', 'unet', 'vae_decoder'])
  // Needed once more: now the text encoder is the older one.
  await sessions.session('text_encoder')
  await sessions.release('vae_decoder')
  await sessions.session('text_encoder_2')
  expect(openNames(sessions)).toEqual(['text_encoder', 'text_encoder_2'])
  await sessions.session('unet')
  expect(openNames(sessions)).toEqual(['text_encoder_2', 'unet'])
  await sessions.releaseAll()
  const small = sessionsOf({ room: 400 })
  await small.session('text_encoder')
  // More than the room alone: it has all of it, and is not refused.
  await small.session('unet')
  expect(openNames(small)).toEqual(['unet'])
  await small.releaseAll()
})

test('what a model lacks is named; a failed opening is tried anew', async () => {
  const sessions = sessionsOf()
  await expect(sessions.session('transformer')).rejects.toMatchObject({
    failure: { code: 'model-folder-incomplete', missing: 'transformer' },
  })
  let failing = true
  const flaky = sessionsOf({
    open: (source, options) =>
      failing
        ? Promise.reject(new SanggarError({ code: 'path-not-found', path: 'away' }))
        : openSession(source, options),
  })
  await expect(flaky.session('unet')).rejects.toMatchObject({ failure: { code: 'path-not-found' } })
  failing = false
  expect((await flaky.session('unet')).outputs[0]?.name).toBe('y')
  await flaky.releaseAll()
})

/** A graphics card that opens every graph and fails on the run, as `failure` says. */
function brokenCard(failure: 'inference-failed' | 'out-of-memory' | 'nan') {
  const notes: { code: string; detail: string }[] = []
  let cardRuns = 0
  const sessions = sessionsOf({
    executionProvider: 'cuda',
    onNote: (note) => void notes.push(note),
    open: async (source, options) => {
      const real = await openSession(source, { ...options, executionProvider: 'cpu' })
      if (options.executionProvider === 'cpu') return real
      return {
        ...real,
        executionProvider: 'cuda' as const,
        run: () => {
          cardRuns += 1
          if (failure === 'nan') {
            return Promise.resolve({ y: { data: Float32Array.of(Number.NaN, 1), shape: [2] } })
          }
          return Promise.reject(
            new SanggarError(
              failure === 'out-of-memory'
                ? { code: failure, stage: options.stage }
                : { code: failure, stage: options.stage, detail: 'device lost' },
            ),
          )
        },
      }
    },
  })
  return { sessions, notes, cardRuns: () => cardRuns }
}
const feeds = { x: { data: Float32Array.of(1, -2), shape: [2] } }

test.each(['inference-failed', 'out-of-memory', 'nan'] as const)(
  'an accelerator that answers %s hands the same run to the CPU, once and for good, and says so',
  async (failure) => {
    const { sessions, notes, cardRuns } = brokenCard(failure)
    const session = await sessions.session('unet')
    expect(session.executionProvider).toBe('cuda')
    for (let run = 0; run < 2; run++) {
      expect((await session.run(feeds))['y']?.data).toEqual(Float32Array.of(1, -2))
    }
    expect(session.executionProvider).toBe('cpu')
    expect(cardRuns()).toBe(1)
    expect(notes).toEqual([{ code: 'provider-failed', detail: 'unet (cuda)' }])
    await sessions.releaseAll()
  },
)

test('an autoencoder without memory is told, so that it can try tiles before the CPU', async () => {
  const { sessions } = brokenCard('out-of-memory')
  const session = await sessions.session('vae_decoder')
  await expect(session.run(feeds)).rejects.toMatchObject({ failure: { code: 'out-of-memory' } })
  expect(await sessions.moveToCpu('vae_decoder')).toBe(true)
  expect((await session.run(feeds))['y']?.data).toEqual(Float32Array.of(1, -2))
  expect(await sessions.moveToCpu('vae_decoder')).toBe(false)
  await sessions.releaseAll()
})
