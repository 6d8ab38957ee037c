import { expect, test } from 'vitest'
import type { Component, ModelParts } from '../model-parts.ts'
import { inputChannels, latentSpaceOf, sizeLimits } from './latent-space.ts'

const component = (config: Record<string, unknown>, shapes: Component['shapes'] = {}): Component => ({
  source: { kind: 'file', path: '' },
  config,
  bytes: 0,
  inputs: Object.keys(shapes),
  outputs: [],
  shapes,
})
const parts = (components: ModelParts['components']): ModelParts => ({
  path: '',
  index: {},
  components,
  tokenizers: {},
  manifest: {},
})
const usual = { channels: 4, factor: 8, scale: 0.18215, shift: 0.1 }

test('the autoencoder says how latents and pixels relate; where it is silent the family does', () => {
  const config = {
    block_out_channels: [1, 2, 3],
    latent_channels: 16,
    scaling_factor: 0.5,
    shift_factor: null,
  }
  expect(latentSpaceOf(parts({ vae_decoder: component(config) }), usual, 2)).toEqual({
    channels: 16,
    factor: 4,
    scale: 0.5,
    shift: 0,
    sizeMultiple: 8,
  })
  expect(latentSpaceOf(parts({}), usual)).toEqual({ ...usual, sizeMultiple: 8 })
})

test('a graph with fixed axes makes one size only', () => {
  const unet = component({ sample_size: 64 }, { sample: [2, 4, 96, 64] })
  const limits = sizeLimits(parts({ unet }), { ...usual, sizeMultiple: 8 }, 512)
  expect(limits).toMatchObject({ defaultWidth: 512, defaultHeight: 768 })
  expect(
    sizeLimits(
      parts({ unet: component({}, { sample: [2, 4, 64, 64] }) }),
      { ...usual, sizeMultiple: 8 },
      768,
    ),
  ).toMatchObject({
    defaultWidth: 512,
    defaultHeight: 512,
    minimum: 512,
    maximum: 512,
    onlySize: { width: 512, height: 512 },
  })
  expect(limits.onlySize).toEqual({ width: 512, height: 768 })
})

test('an exported UNet takes sides that halve without a rest, one that is built here every side', () => {
  const config = { block_out_channels: [1, 2, 3, 4] }
  const space = { ...usual, sizeMultiple: 8 }
  const multiple = (unet: Component): number => sizeLimits(parts({ unet }), space, 512).multiple
  expect(multiple(component(config))).toBe(64)
  expect(multiple(component({}, { text_embeds: ['b', 1280] }))).toBe(32)
  const built: Component = {
    ...component(config),
    source: { kind: 'bytes', bytes: new Uint8Array(), path: '' },
  }
  expect(multiple(built)).toBe(8)
})

test('free axes: the size it was trained at, and what others may be asked', () => {
  const unet = component({ sample_size: 96, in_channels: 9 }, { sample: ['b', 9, 'h', 'w'] })
  expect(sizeLimits(parts({ unet }), { ...usual, sizeMultiple: 8 }, 512)).toMatchObject({
    defaultWidth: 768,
    minimum: 64,
    maximum: 2048,
  })
  expect(inputChannels(parts({ unet }))).toBe(9)
})
