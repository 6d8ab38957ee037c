import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { SanggarError } from '../../contract/errors.ts'
import { openCheckpoint } from './checkpoint.ts'
import { probe } from './probe.ts'
import { readSafetensorsHeader } from './safetensors.ts'
import { safetensorsBytes, type TensorSpec } from './safetensors-fixture.ts'

const pipelines = fileURLToPath(new URL('../../reference/data/pipelines/', import.meta.url))
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-single-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Every tensor of some files under prefixes, in one file. */
async function bundle(name: string, parts: [prefix: string, file: string][]): Promise<string> {
  const specs: TensorSpec[] = []
  for (const [prefix, path] of parts) {
    const file = await readSafetensorsHeader(join(pipelines, path))
    const bytes = await readFile(file.path)
    for (const [tensor, { dtype, shape, begin, end }] of file.tensors) {
      specs.push({ name: prefix + tensor, dtype, shape, data: bytes.subarray(begin, end) })
    }
  }
  const path = join(folder, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, safetensorsBytes(specs))
  return path
}

const network = (pipeline: string, part: string): string =>
  `${pipeline}/diffusers/${part}/${part.startsWith('text') ? 'model' : 'diffusion_pytorch_model'}.safetensors`

describe('a transformer in one file', () => {
  it('with its encoders and autoencoder inside opens as a whole', async () => {
    const path = await bundle('sd3.safetensors', [
      ['model.diffusion_model.', network('sd3-tiny', 'transformer')],
      ['first_stage_model.', network('sd3-tiny', 'vae')],
      ['text_encoders.clip_l.transformer.', network('sd3-tiny', 'text_encoder')],
      ['text_encoders.clip_g.transformer.', network('sd3-tiny', 'text_encoder_2')],
      ['text_encoders.t5xxl.transformer.', network('sd3-tiny', 'text_encoder_3')],
    ])
    expect(await probe(path)).toMatchObject({ family: 'sd3', missing: [], runs: true })
    const checkpoint = await openCheckpoint(path)
    expect(checkpoint.family).toBe('sd3')
    expect(checkpoint.modelIndex['_class_name']).toBe('StableDiffusion3Pipeline')
    expect([...checkpoint.graphs].sort()).toEqual(
      [
        'text_encoder',
        'text_encoder_2',
        'text_encoder_3',
        'transformer',
        'vae_decoder',
        'vae_encoder',
      ].sort(),
    )
    expect(checkpoint.configs['vae']).toMatchObject({ scaling_factor: 1.5305, shift_factor: 0.0609 })
  })

  it('alone says what it lacks, and finds it in folders beside itself', async () => {
    const path = await bundle('home/z.safetensors', [['', network('zimage-tiny', 'transformer')]])
    expect(await probe(path)).toMatchObject({
      family: 'z-image',
      missing: ['text_encoder', 'vae', 'tokenizer'],
      obstacle: 'parts-missing',
    })
    for (const part of ['text_encoder', 'vae', 'tokenizer']) {
      await cp(join(pipelines, 'zimage-tiny/diffusers', part), join(folder, 'home', part), {
        recursive: true,
      })
    }
    expect(await probe(path)).toMatchObject({ missing: [], runs: true })
    const checkpoint = await openCheckpoint(path)
    expect(Object.keys(checkpoint.tokenizers)).toEqual(['tokenizer'])
    expect([...checkpoint.networks.keys()].sort()).toEqual(['text_encoder', 'transformer', 'vae'])
    expect(checkpoint.configs['scheduler']).toMatchObject({ shift: 3 })
  })

  it('taken out of a diffusers folder is at home in that folder', async () => {
    const path = join(pipelines, network('flux-tiny', 'transformer'))
    expect(await probe(path)).toMatchObject({ family: 'flux1', missing: [], runs: true })
    const checkpoint = await openCheckpoint(path)
    expect(checkpoint.configs['transformer']).toMatchObject({ axes_dims_rope: [4, 6, 6] })
    expect([...checkpoint.networks.keys()].sort()).toEqual([
      'text_encoder',
      'text_encoder_2',
      'transformer',
      'vae',
    ])
  })

  it('of a family without a builder is declined by name', async () => {
    const path = join(folder, 'qwen.safetensors')
    const specs = [
      { name: 'transformer_blocks.0.img_mod.1.weight', dtype: 'U8', shape: [1], data: new Uint8Array(1) },
    ]
    await writeFile(path, safetensorsBytes(specs))
    const opening = openCheckpoint(path)
    await expect(opening).rejects.toBeInstanceOf(SanggarError)
    await expect(opening).rejects.toMatchObject({
      failure: { code: 'model-unsupported', kind: 'Qwen-Image', reason: 'family-unsupported' },
    })
  })
})
