import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { failureOf, type Failure } from '../../contract/errors.ts'
import type { WeightSource } from '../graph/weights.ts'
import { readWeight } from '../precision/read-weight.ts'
import { dotted } from './averaged-keys.ts'
import { openCheckpoint, refusePartial, type Checkpoint } from './checkpoint.ts'
import { blockPairs, outerPairs, resnetPairs, structureOfDiffusers } from './ldm-unet-keys.ts'
import { probe } from './probe.ts'
import { safetensorsBytes, type TensorSpec } from './safetensors-fixture.ts'

const tiny = fileURLToPath(new URL('../../reference/data/pipelines/sd15-tiny/diffusers', import.meta.url))
let folder = ''
let whole: Checkpoint
/** the tensors of sd15-tiny by network, in diffusers' names */
const parts: Record<string, TensorSpec[]> = {}

async function specsOf(weights: WeightSource): Promise<TensorSpec[]> {
  const specs: TensorSpec[] = []
  for (const [name, weight] of weights) {
    const data = new Uint8Array((await readWeight(weight)).slice().buffer)
    specs.push({ name, dtype: 'F32', shape: [...weight.shape], data })
  }
  return specs
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sanggar-found-')))
  whole = await openCheckpoint(tiny)
  for (const [name, { weights }] of whole.networks) parts[name] = await specsOf(weights)
})
afterAll(() => rm(folder, { recursive: true }))

const under = (prefix: string, network: string): TensorSpec[] =>
  (parts[network] ?? []).map((spec) => ({ ...spec, name: prefix + spec.name }))

async function file(name: string, specs: TensorSpec[], metadata?: Record<string, string>): Promise<string> {
  const path = join(folder, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, safetensorsBytes(specs, metadata))
  return path
}

async function failure(opening: Promise<unknown>): Promise<Failure> {
  return failureOf(
    await opening.then(
      () => new Error('it opened'),
      (error: unknown) => error,
    ),
  )
}

/** The same networks with the same tensors, of the same numbers. */
async function expectWhole(opened: Checkpoint): Promise<void> {
  expect([...opened.networks.keys()].sort()).toEqual([...whole.networks.keys()].sort())
  for (const [name, { weights }] of whole.networks) {
    const found = opened.networks.get(name)?.weights
    expect([...(found?.keys() ?? [])].sort()).toEqual([...weights.keys()].sort())
    const [[tensor, weight]] = weights as unknown as [[string, Parameters<typeof readWeight>[0]]]
    const other = found?.get(tensor)
    expect(other && (await readWeight(other))).toEqual(await readWeight(weight))
  }
}

/** The UNet in CompVis' names. */
function ldmUnet(): TensorSpec[] {
  const unet = whole.networks.get('unet')?.weights ?? new Map<string, never>()
  const pairs = [...outerPairs, ...blockPairs(structureOfDiffusers(unet))]
  return (parts['unet'] ?? []).map((spec) => {
    const pair = pairs.find(([, theirs]) => spec.name.startsWith(`${theirs}.`))
    if (pair === undefined) return spec
    const rest = spec.name.slice(pair[1].length + 1)
    const inner = pair[1].includes('.resnets.')
      ? resnetPairs.find(([, theirs]) => rest.startsWith(`${theirs}.`))
      : undefined
    const name = inner === undefined ? rest : inner[0] + rest.slice(inner[1].length)
    return { ...spec, name: `${pair[0]}.${name}` }
  })
}

const ldm = (prefix: string): TensorSpec[] => ldmUnet().map((spec) => ({ ...spec, name: prefix + spec.name }))
const others = (vae: string, text: string): TensorSpec[] => [
  ...under(vae, 'vae'),
  ...under(text, 'text_encoder'),
]
const published = (): TensorSpec[] => [
  ...ldm('model.diffusion_model.'),
  ...others('first_stage_model.', 'cond_stage_model.transformer.text_model.'),
]

describe('a whole model in one file is found', () => {
  const wrapped = (prefix: string) => (): TensorSpec[] =>
    published().map((spec) => ({ ...spec, name: prefix + spec.name }))
  it.each<[string, () => TensorSpec[]]>([
    ['as published', published],
    ['below state_dict.', wrapped('state_dict.')],
    ['below module.', wrapped('module.')],
    ['below model.', wrapped('model.')],
    ["in diffusers' names", () => [...under('unet.', 'unet'), ...others('vae.', 'text_encoder.text_model.')]],
    [
      "in ComfyUI's",
      () => [
        ...ldm('model.diffusion_model.'),
        ...others('vae.', 'text_encoders.clip_l.transformer.text_model.'),
      ],
    ],
    [
      'with the UNet below model.',
      () => [
        ...ldm('model.'),
        ...others('first_stage_model.', 'cond_stage_model.clip_l.transformer.text_model.'),
      ],
    ],
    [
      'with averages for a UNet',
      () => [
        ...ldmUnet().map((spec) => ({
          ...spec,
          name: `model_ema.diffusion_model${spec.name.replaceAll('.', '')}`,
        })),
        { name: 'model_ema.decay', dtype: 'F32', shape: [], data: new Uint8Array(4) },
        ...others('first_stage_model.', 'cond_stage_model.transformer.'),
      ],
    ],
    ['with the UNet below nothing', () => [...ldmUnet(), ...others('vae.', 'cond_stage_model.transformer.')]],
  ])('%s', async (name, specs) => {
    const path = await file(`${name.replaceAll(/\W/g, '-')}.safetensors`, specs())
    await expectWhole(await openCheckpoint(path, { companion: tiny }))
    expect(await probe(path)).toMatchObject({ family: 'sd1', runs: true, missing: [] })
  })

  it('in shards whose index is away, by any of them and by their folder', async () => {
    const specs = published()
    for (let i = 0; i < 3; i++) {
      await file(
        `shards/model-0000${i + 1}-of-00003.safetensors`,
        specs.filter((_, at) => at % 3 === i),
      )
    }
    for (const place of ['shards', 'shards/model-00002-of-00003.safetensors']) {
      await expectWhole(await openCheckpoint(join(folder, place), { companion: tiny }))
      expect(await probe(join(folder, place))).toMatchObject({ runs: true })
    }
    await rm(join(folder, 'shards/model-00003-of-00003.safetensors'))
    expect(await failure(openCheckpoint(join(folder, 'shards')))).toMatchObject({
      code: 'model-folder-incomplete',
      missing: 'model-00003-of-00003.safetensors',
    })
  })
})

async function copy(name: string): Promise<string> {
  await cp(tiny, join(folder, name), { recursive: true })
  return join(folder, name)
}

describe('a folder', () => {
  it('without its index is known by its networks', async () => {
    const path = await copy('no-index')
    await rm(join(path, 'model_index.json'))
    const opened = await openCheckpoint(path)
    await expectWhole(opened)
    expect(opened.modelIndex).toMatchObject({ _class_name: 'StableDiffusionPipeline' })
  })

  it('with a byte order mark in its index opens', async () => {
    const path = await copy('mark')
    const index = join(path, 'model_index.json')
    await writeFile(index, `\uFEFF${await readFile(index, 'utf8')}`)
    await expectWhole(await openCheckpoint(path))
    expect(await probe(path)).toMatchObject({ runs: true })
  })

  it.each(['diffusion_pytorch_model.safetensors.index.fp16.json', undefined])(
    'finds the shards of a network (index: %s)',
    async (index) => {
      const path = await copy(`shards-${index}`)
      const [one, two] = [0, 1].map((i) => `diffusion_pytorch_model.fp16-0000${i + 1}-of-00002.safetensors`)
      const specs = parts['unet'] ?? []
      await rm(join(path, 'unet/diffusion_pytorch_model.safetensors'))
      await file(`shards-${index}/unet/${one}`, specs.slice(9))
      await file(`shards-${index}/unet/${two}`, specs.slice(0, 9))
      const places = Object.fromEntries(specs.map(({ name }, i) => [name, i < 9 ? two : one]))
      if (index !== undefined)
        await writeFile(join(path, 'unet', index), JSON.stringify({ weight_map: places }))
      await expectWhole(await openCheckpoint(path))
      expect(await probe(path)).toMatchObject({ runs: true, missing: [] })
    },
  )

  it.each([
    ['unet', 'unet'],
    ['vae', 'vae'],
    ['scheduler', 'scheduler/scheduler_config.json'],
  ])('without %s says so', async (part, missing) => {
    const path = await copy(`without-${part}`)
    await rm(join(path, part), { recursive: true })
    const opening = openCheckpoint(path).then(refusePartial)
    expect(await failure(opening)).toMatchObject({ code: 'model-folder-incomplete', missing })
    expect(await probe(path)).toMatchObject({ obstacle: 'folder-incomplete', missing: [part] })
  })

  it('with a pickle for a UNet is refused for that', async () => {
    const path = await copy('pickle')
    const weights = join(path, 'unet/diffusion_pytorch_model.safetensors')
    await rename(weights, weights.replace('safetensors', 'bin'))
    expect(await failure(openCheckpoint(path))).toMatchObject({ code: 'pickle-refused' })
    expect(await probe(path)).toMatchObject({ obstacle: 'pickle-refused' })
  })

  it("in Hugging Face's cache is the state that its reference names", async () => {
    const root = join(folder, 'models--owner--name')
    for (const state of ['aaa', 'bbb']) await mkdir(join(root, 'snapshots', state), { recursive: true })
    await mkdir(join(root, 'refs'))
    await writeFile(join(root, 'refs/main'), 'bbb\n')
    for (const name of await readdir(tiny)) {
      await symlink(join(tiny, name), join(root, 'snapshots/bbb', name))
    }
    for (const place of [root, join(root, 'snapshots')]) {
      await expectWhole(await openCheckpoint(place))
      const { path, runs } = await probe(place)
      expect([basename(path), runs]).toEqual(['bbb', true])
    }
  })
})

describe('parts of different models', () => {
  it('are refused before anything is drawn', async () => {
    const narrow = (parts['text_encoder'] ?? []).map((spec) =>
      spec.name.startsWith('final_layer_norm.') ? { ...spec, shape: [8], data: new Uint8Array(32) } : spec,
    )
    const specs = [
      ...ldm('model.diffusion_model.'),
      ...narrow.map((spec) => ({ ...spec, name: `cond_stage_model.transformer.${spec.name}` })),
    ]
    const path = await file('strangers.safetensors', specs)
    expect(await failure(openCheckpoint(path))).toMatchObject({
      code: 'model-damaged',
      detail: 'text-width',
      facts: { given: '8', wanted: '32' },
    })
  })
})

it('names whose dots were left out have them again', () => {
  for (const name of [
    'input_blocks.10.0.in_layers.2.weight',
    'input_blocks.1.0.emb_layers.1.bias',
    'output_blocks.11.1.transformer_blocks.10.attn2.to_out.0.bias',
    'output_blocks.2.1.conv.weight',
    'middle_block.1.transformer_blocks.9.ff.net.0.proj.weight',
    'middle_block.2.skip_connection.weight',
    'label_emb.0.2.weight',
    'out.0.bias',
  ])
    expect(dotted(name.replaceAll('.', ''))).toBe(name)
})

describe('numbers in a form with a key of its own', () => {
  it('are refused and not read as other numbers', async () => {
    const key = {
      name: 'model.diffusion_model.out.2.weight.absmax',
      dtype: 'F32',
      shape: [1],
      data: new Uint8Array(4),
    }
    const path = await file('quantised.safetensors', [...published(), key])
    expect(await failure(openCheckpoint(path))).toMatchObject({
      code: 'model-unsupported',
      kind: 'nf4 (bitsandbytes)',
      reason: 'quantised-unsupported',
    })
  })
})

describe('what lies under the name of a model and is none', () => {
  const bytes = (...start: number[]): Uint8Array => Uint8Array.from({ length: 200 }, (_, i) => start[i] ?? 7)
  it.each<[string, string | Uint8Array, Partial<Failure> & { detail?: string }]>([
    ['a web page', '<!DOCTYPE html><html>Please sign in</html>', { detail: 'web-page' }],
    ['an answer', '{"error":"Unauthorized"}', { detail: 'server-message' }],
    ['a pointer', 'version https://git-lfs.github.com/spec/v1\n', { detail: 'lfs-pointer' }],
    ['a text', 'Thank you for downloading this model. Look at the page for more.', { detail: 'text-file' }],
    ['a zip', 'PK\u0003\u0004'.padEnd(300, 'x'), { detail: 'archive' }],
    ['gzip', bytes(0x1f, 0x8b, 8), { detail: 'archive' }],
    ['a PNG', bytes(0x89, 0x50, 0x4e, 0x47), { detail: 'picture' }],
    ['zeros', new Uint8Array(500), { detail: 'zeros' }],
    ['nothing', '', { detail: 'empty' }],
    ['a pickle', bytes(0x80, 2, 0x8a, 10), { code: 'pickle-refused' }],
    ["torch's zip", 'PK\u0003\u0004'.padEnd(30, 'x') + 'archive/data.pkl', { code: 'pickle-refused' }],
  ])('%s', async (name, content, expected) => {
    const path = join(folder, `${name}.safetensors`)
    await writeFile(path, content)
    expect(await failure(openCheckpoint(path))).toMatchObject({ code: 'model-damaged', path, ...expected })
  })
})
