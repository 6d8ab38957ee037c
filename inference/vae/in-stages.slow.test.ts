import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { referenceFolder } from '../../reference/group-list.ts'
import type { ModelParts } from '../model-parts.ts'
import { ModelSessions } from '../model-sessions.ts'
import type { RunContext } from '../pipelines/pipeline.ts'
import { familyOf } from '../pipelines/registry.ts'
import { createGenerator } from '../random.ts'
import { openModel } from '../running/open-model.ts'
import { decodeLatents } from './decode.ts'
import { encodePicture } from './encode.ts'
import { inStages } from './in-stages.ts'

vi.setConfig({ testTimeout: 240_000 })

const checkpoint = path.join(referenceFolder(), 'checkpoints', 'single_file', 'sd15-tiny.safetensors')
const exported = path.join(referenceFolder(), 'pipelines', 'sd15-tiny', 'onnx')
const [height, width] = [80, 72]

async function withTiles<Result>(
  parts: ModelParts,
  largestTile: number,
  work: (context: RunContext) => Promise<Result>,
): Promise<{ result: Result; notes: string[] }> {
  const sessions = new ModelSessions(parts, {
    executionProvider: 'cpu',
    threads: 1,
    policy: 'keep',
    largestTile,
  })
  const notes: string[] = []
  const context: RunContext = {
    sessions,
    noise: createGenerator('1'),
    pause: () => Promise.resolve(),
    stage: () => undefined,
    note: (code, detail) => void notes.push(`${code} ${detail}`),
  }
  try {
    return { result: await work(context), notes }
  } finally {
    await sessions.releaseAll()
  }
}

/** In 255ths of [-1, 1]. */
function worst(one: Float32Array, other: Float32Array): number {
  return one.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] as number))), 0) * 127.5
}

test.each([
  ['a checkpoint', checkpoint],
  ['an exported graph', exported],
])(
  'strips of the autoencoder of %s, with group norms and attention, give the untiled picture, there and back',
  async (_, model) => {
    const parts = await openModel(model)
    const space = familyOf(parts).latentSpace(parts)
    // Half of it bright, half dark: the norms of single tiles are far from those of the whole.
    const latents = createGenerator('2').randn(space.channels * height * width)
    for (let i = 0; i < latents.length; i++) latents[i]! += i % width < width / 2 ? 1.5 : -1.5
    const decode = (own: ModelParts, tile: number) =>
      withTiles(own, tile, (context) =>
        decodeLatents(context, latents, [1, space.channels, height, width], space),
      )
    const whole = (await decode(parts, Number.POSITIVE_INFINITY)).result
    const tiled = await decode(parts, 64)
    expect(tiled.notes).toEqual(['decoded-in-tiles 256 MiB'])
    expect(worst(whole.data, tiled.result.data)).toBeLessThan(0.5)
    // What would be without the stages: the reason for them.
    const apart = await decode({ ...parts, autoencoderStages: {} }, 64)
    expect(worst(whole.data, apart.result.data)).toBeGreaterThan(4)

    const encode = (tile: number) => withTiles(parts, tile, (context) => encodePicture(context, whole, space))
    const encoded = (await encode(Number.POSITIVE_INFINITY)).result
    const inTiles = await encode(64)
    expect(inTiles.notes).toEqual(['encoded-in-tiles 256 MiB'])
    // A 255th of the latents' span.
    const span = Math.max(...encoded) - Math.min(...encoded)
    expect(worst(encoded, inTiles.result) / span / 0.5).toBeLessThan(0.5)
  },
)

test('however an autoencoder is cut, and however low its strips are, the picture is the same', async () => {
  const parts = await openModel(checkpoint)
  const { channels } = familyOf(parts).latentSpace(parts)
  const latents = createGenerator('4').randn(channels * 32 * 16)
  const picture = createGenerator('5').randn(3 * 128 * 64)
  const halves = [
    { half: 'vae_decoder', input: { data: latents, channels, height: 32, width: 16 } },
    { half: 'vae_encoder', input: { data: picture, channels: 3, height: 128, width: 64 } },
  ] as const
  for (const { half, input } of halves) {
    const { result: answers } = await withTiles(parts, 64, async (context) => {
      const session = await context.sessions.session(half)
      const [port, answer] = [session.inputs[0]?.name ?? '', session.outputs[0]?.name ?? '']
      const shape = [1, input.channels, input.height, input.width]
      const whole = (await session.run({ [port]: { data: input.data, shape } }))[answer]?.data
      const cut: Float32Array[] = []
      // One byte: strips as low as they can be.
      for (const ways of parts.autoencoderStages?.[half] ?? []) {
        cut.push((await inStages(context, ways, input, 1)).data)
      }
      return [whole ?? new Float32Array(), ...cut]
    })
    const [whole = new Float32Array(), ...cut] = answers
    expect(cut).toHaveLength(4)
    for (const data of cut) expect(worst(whole, data)).toBeLessThan(0.6)
  }
})

test('an exported graph that does more than its weights tell keeps its own answer', async () => {
  const parts = await openModel(exported)
  // Another model's weights under the same names, as if this graph had been changed after its export.
  const stranger = await openModel(path.join(referenceFolder(), 'pipelines', 'lcm-tiny', 'onnx'))
  const space = familyOf(parts).latentSpace(parts)
  const latents = createGenerator('3').randn(space.channels * height * width)
  const decode = (autoencoderStages: ModelParts['autoencoderStages']) =>
    withTiles({ ...parts, ...(autoencoderStages && { autoencoderStages }) }, 64, (context) =>
      decodeLatents(context, latents, [1, space.channels, height, width], space),
    )
  const apart = await decode({})
  const distrusted = await decode(stranger.autoencoderStages)
  expect(worst(apart.result.data, distrusted.result.data)).toBe(0)
})
