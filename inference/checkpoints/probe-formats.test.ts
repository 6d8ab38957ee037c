import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { SanggarError } from '../../contract/errors.ts'
import { encodeModel, type ModelProto } from '../graph/onnx.ts'
import { ggufBytes } from './gguf-fixture.ts'
import { readGgufHeader } from './gguf.ts'
import { readOnnxHeader } from './onnx-header.ts'
import { probe } from './probe.ts'
import { safetensorsBytes } from './safetensors-fixture.ts'
import { writeSparse } from './sparse-fixture.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-formats-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function written(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
  return path
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'read'
  } catch (thrown) {
    if (thrown instanceof SanggarError) return thrown.failure.code
    throw thrown
  }
}

const model = (extra: Partial<ModelProto> = {}): ModelProto => ({
  name: 'test',
  opsets: { '': 21 },
  nodes: [],
  initialisers: [],
  inputs: [{ name: 'image', type: 'float32', shape: [1, 3, 'height', 'width'] }],
  outputs: [{ name: 'upscaled', type: 'float32', shape: [1, 3, 'h', 'w'] }],
  ...extra,
})

describe('GGUF', () => {
  it('names family and tensor type, and what is missing', async () => {
    const path = await written(
      'flux.gguf',
      ggufBytes('flux', [
        {
          name: 'double_blocks.0.img_attn.norm.key_norm.scale',
          shape: [128],
          type: 0,
          data: new Uint8Array(512),
        },
        { name: 'img_in.weight', shape: [3072, 64], type: 8, data: new Uint8Array(208_896) },
      ]),
    )
    expect(await readGgufHeader(path)).toMatchObject({ architecture: 'flux', version: 3 })
    expect(await probe(path)).toMatchObject({
      layout: 'gguf',
      family: 'flux1',
      precision: 'Q8_0',
      obstacle: 'parts-missing',
    })
  })
  it('with impossible counts is damaged', async () => {
    const bytes = ggufBytes('flux', [])
    new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(8, 2n ** 60n, true)
    expect(await codeOf(probe(await written('bad.gguf', bytes)))).toBe('model-damaged')
  })
  it('is read or refused, whatever bytes are changed', async () => {
    const sound = ggufBytes('sd3', [
      {
        name: 'joint_blocks.0.context_block.attn.qkv.weight',
        shape: [8, 4],
        type: 2,
        data: new Uint8Array(18),
      },
    ])
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        async (edits) => {
          const bytes = Uint8Array.from(sound)
          for (const [at, value] of edits) bytes[at] = value
          expect(['read', 'model-damaged']).toContain(
            await codeOf(readGgufHeader(await written('fuzz.gguf', bytes))),
          )
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('ONNX', () => {
  it('gives signature, weights and external files', async () => {
    const path = await written(
      'net.onnx',
      encodeModel(
        model({
          initialisers: [
            {
              name: 'w',
              type: 'float16',
              shape: [4, 3, 3, 3],
              location: 'sub/net.onnx_data',
              offset: 0,
              length: 216,
            },
            { name: 'b', type: 'float32', shape: [4], data: new Uint8Array(16) },
          ],
        }),
      ),
    )
    const header = await readOnnxHeader(path)
    expect(header.inputs).toEqual([{ name: 'image', dtype: 'F32', shape: [1, 3, 'height', 'width'] }])
    expect(header.externalFiles).toEqual(['sub/net.onnx_data'])
    expect(header.initialisers.get('w')).toEqual({ dtype: 'F16', shape: [4, 3, 3, 3] })
    expect(await probe(path)).toMatchObject({ kind: 'upscaler', capabilities: ['upscale'], runs: true })
  })
  it.each(['../secret', '/etc/passwd', 'C:\\secret', 'a/../../secret'])(
    'that points at %s is damaged',
    async (location) => {
      const bytes = encodeModel(
        model({ initialisers: [{ name: 'w', type: 'float32', shape: [1], location, offset: 0, length: 4 }] }),
      )
      expect(await codeOf(probe(await written('escape.onnx', bytes)))).toBe('model-damaged')
    },
  )
  it('is read or refused, whatever bytes are changed', async () => {
    const sound = encodeModel(
      model({ initialisers: [{ name: 'b', type: 'float32', shape: [4], data: new Uint8Array(16) }] }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        async (edits) => {
          const bytes = Uint8Array.from(sound)
          for (const [at, value] of edits) bytes[at] = value
          expect(['read', 'model-damaged']).toContain(
            await codeOf(readOnnxHeader(await written('fuzz.onnx', bytes))),
          )
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('what does not run', () => {
  const zip = (entry: string): Uint8Array =>
    Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(26), Buffer.from(entry)])
  it.each([
    ['model.ckpt', zip('archive/data.pkl'), 'pickle-refused', 'pickle'],
    ['old.pt', Uint8Array.of(0x80, 2, 0x8a, 0x0a), 'pickle-refused', 'pickle'],
    ['script.pt', zip('archive/constants.pkl'), 'torchscript-unsupported', 'pickle'],
    ['net.param', '7767517\n72 83\n', 'ncnn-unsupported', 'other'],
    ['model.xml', '<?xml version="1.0"?><net name="m" version="11">', 'openvino-unsupported', 'other'],
    ['notes.txt', 'hello', 'unrecognised', 'other'],
  ])('%s says why', async (name, bytes, obstacle, layout) => {
    expect(await probe(await written(name, bytes))).toMatchObject({ runs: false, obstacle, layout })
  })
})

describe('folders', () => {
  it('with a manifest of our own say so themselves', async () => {
    const path = await written(
      'upscale/manifest.json',
      JSON.stringify({ kind: 'upscaler', name: 'Upscale x2', scale: 2, licence: 'MIT' }),
    )
    await written('upscale/model.onnx', encodeModel(model()))
    expect(await probe(dirname(path))).toMatchObject({
      kind: 'upscaler',
      name: 'Upscale x2',
      licence: 'MIT',
      runs: true,
    })
  })
  it('name the parts that they lack', async () => {
    const index = {
      _class_name: 'StableDiffusionPipeline',
      unet: ['diffusers', 'UNet2DConditionModel'],
      vae: ['diffusers', 'AutoencoderKL'],
      text_encoder: ['transformers', 'CLIPTextModel'],
      tokenizer: ['transformers', 'CLIPTokenizer'],
      safety_checker: [null, null],
    }
    await written('sd/model_index.json', JSON.stringify(index))
    await mkdir(join(folder, 'sd/unet'), { recursive: true })
    await written('sd/tokenizer/vocab.json', '{}')
    await writeSparse(join(folder, 'sd/unet/diffusion_pytorch_model.fp16.safetensors'), {
      'conv_in.weight': [320, 4, 3, 3],
      'down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight': [320, 768],
    })
    expect(await probe(join(folder, 'sd'))).toMatchObject({
      family: 'sd1',
      layout: 'diffusers-folder',
      missing: ['vae', 'text_encoder'],
      obstacle: 'folder-incomplete',
    })
    await mkdir(join(folder, 'sd/vae'), { recursive: true })
    await written('sd/text_encoder/pytorch_model.bin', 'x')
    await written('sd/vae/diffusion_pytorch_model.bin', 'x')
    expect(await probe(join(folder, 'sd'))).toMatchObject({ missing: [], obstacle: 'pickle-refused' })
  })
  it('that are only known by name say what they are', async () => {
    await written('wan/model_index.json', JSON.stringify({ _class_name: 'WanPipeline' }))
    expect(await probe(join(folder, 'wan'))).toMatchObject({ family: 'video', obstacle: 'video-unsupported' })
    expect(await codeOf(probe(join(folder, 'nowhere')))).toBe('path-not-found')
  })
})

describe('a folder of loose files', () => {
  const lora = () =>
    safetensorsBytes([{ name: 'x.lora_down.weight', dtype: 'F32', shape: [1, 1], data: new Uint8Array(4) }])

  it.each([
    ['several models', ['sea.safetensors', 'hill.safetensors'], 'folder-of-models'],
    ['kinds side by side', ['sea.safetensors', 'hill.gguf'], 'folder-of-models'],
    ['one model in two precisions', ['sea.safetensors', 'sea.fp16.safetensors'], undefined],
    ['one model', ['sea.safetensors'], undefined],
    ['a component', ['model.safetensors', 'extra.safetensors'], undefined],
  ])('%s', async (name, files, expected) => {
    for (const file of files) await written(join(name, file), lora())
    const { obstacle } = await probe(join(folder, name))
    expect(obstacle === 'folder-of-models' ? obstacle : undefined).toBe(expected)
  })
})
