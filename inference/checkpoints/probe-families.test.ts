import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Passport } from '../../contract/model.ts'
import { probe } from './probe.ts'
import { writeSparse, type SparseTensors } from './sparse-fixture.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-families-'))
})
afterAll(() => rm(folder, { recursive: true }))

type Row = [what: string, tensors: SparseTensors, expected: Partial<Passport> & { says?: RegExp }]

const unet = (channels: number, context: number, more: SparseTensors = {}): SparseTensors => ({
  'model.diffusion_model.input_blocks.0.0.weight': [320, channels, 3, 3],
  'model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight': [320, context],
  'model.diffusion_model.input_blocks.1.1.proj_in.weight': context === 768 ? [320, 320, 1, 1] : [320, 320],
  ...more,
})
const clipAndVae: SparseTensors = {
  'cond_stage_model.transformer.text_model.embeddings.token_embedding.weight': [49_408, 768],
  'first_stage_model.decoder.conv_in.weight': [512, 4, 3, 3],
}
const sdxl = (depth: number, context = 2048, added = 2816): SparseTensors => ({
  'model.diffusion_model.input_blocks.0.0.weight': [320, 4, 3, 3],
  'model.diffusion_model.label_emb.0.0.weight': [1280, added],
  'model.diffusion_model.input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight': [640, context],
  ...Object.fromEntries(
    Array.from({ length: depth }, (_, i) => [
      `model.diffusion_model.middle_block.1.transformer_blocks.${i}.attn2.to_k.weight`,
      [1280, context],
    ]),
  ),
  'conditioner.embedders.0.transformer.text_model.embeddings.token_embedding.weight': [49_408, 768],
  'conditioner.embedders.1.model.token_embedding.weight': [49_408, 1280],
  'first_stage_model.decoder.conv_in.weight': [512, 4, 3, 3],
})
const flux = (inputs: number, more: SparseTensors = {}): SparseTensors => ({
  'double_blocks.0.img_attn.norm.key_norm.scale': [128],
  'img_in.weight': [3072, inputs],
  ...more,
})
const guided: SparseTensors = { 'guidance_in.in_layer.weight': [3072, 256] }
const zImage = (width: number, more: SparseTensors = { cap_pad_token: [1, width] }): SparseTensors => ({
  'cap_embedder.1.weight': [width, 2560],
  'noise_refiner.0.attention.k_norm.weight': [128],
  'layers.29.attention.qkv.weight': [3 * width, width],
  ...more,
})
const kohya = (module: string, context: number): SparseTensors => ({
  [`${module}.lora_down.weight`]: [8, context],
  [`${module}.lora_up.weight`]: [320, 8],
  [`${module}.alpha`]: [],
})
const toK = 'lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k'

const pipelines: Row[] = [
  ['SD 1.x', { ...unet(4, 768), ...clipAndVae }, { family: 'sd1', runs: true, confidence: 'certain' }],
  [
    'SD 1.x inpainting',
    { ...unet(9, 768), ...clipAndVae },
    { family: 'sd1', capabilities: ['inpaint'], says: /inpainting/ },
  ],
  [
    'pix2pix',
    { ...unet(8, 768), ...clipAndVae },
    { family: 'sd1', obstacle: 'variant-unsupported', says: /pix2pix/ },
  ],
  ['x4 upscaler', unet(7, 1024), { obstacle: 'variant-unsupported', says: /x4 upscaler/ }],
  ['SD 2 depth', unet(5, 1024), { family: 'sd2', obstacle: 'variant-unsupported', says: /depth/ }],
  [
    'SD 2.x',
    {
      ...unet(4, 1024),
      'cond_stage_model.model.token_embedding.weight': [49_408, 1024],
      'first_stage_model.decoder.conv_in.weight': [512, 4, 3, 3],
    },
    { family: 'sd2', runs: true },
  ],
  [
    'UNet alone',
    unet(4, 768),
    { family: 'sd1', obstacle: 'parts-missing', missing: ['text_encoder', 'vae'] },
  ],
  ['SDXL', sdxl(10), { family: 'sdxl', runs: true, says: /^SDXL UNet/ }],
  ['SDXL v prediction', { ...sdxl(10), v_pred: [] }, { family: 'sdxl', says: /v prediction/ }],
  ['SSD-1B', sdxl(4), { family: 'sdxl', says: /SSD-1B/ }],
  ['Vega', sdxl(2), { family: 'sdxl', says: /Vega/ }],
  [
    'Playground 2.5',
    { ...sdxl(10), edm_mean: [1, 4, 1, 1] },
    { family: 'sdxl', obstacle: 'variant-unsupported' },
  ],
  ['SDXL refiner', sdxl(4, 1280, 2560), { family: 'sdxl-refiner', obstacle: 'variant-unsupported' }],
  [
    'SD 3 medium',
    Object.fromEntries([
      ['x_embedder.proj.weight', [1536, 16, 2, 2]],
      ...Array.from({ length: 24 }, (_, i) => [
        `joint_blocks.${i}.context_block.attn.qkv.weight`,
        [4608, 1536],
      ]),
    ]) as SparseTensors,
    { family: 'sd3', obstacle: 'parts-missing', says: /SD 3 medium/ },
  ],
  [
    'SD 3.5 medium',
    Object.fromEntries([
      ['joint_blocks.0.x_block.attn2.qkv.weight', [4608, 1536]],
      ...Array.from({ length: 24 }, (_, i) => [
        `joint_blocks.${i}.context_block.attn.qkv.weight`,
        [4608, 1536],
      ]),
    ]) as SparseTensors,
    { family: 'sd3', says: /3\.5 medium/ },
  ],
  ['FLUX.1 dev', flux(64, guided), { family: 'flux1', obstacle: 'parts-missing', says: /dev/ }],
  ['FLUX.1 schnell', flux(64), { family: 'flux1', says: /schnell/ }],
  ['FLUX.1 Fill', flux(384, guided), { family: 'flux1', obstacle: 'variant-unsupported', says: /Fill/ }],
  [
    'FLUX.2 Klein 4B',
    flux(128, { 'double_stream_modulation_img.lin.weight': [9216, 3072], 'txt_in.weight': [3072, 7680] }),
    { family: 'flux2', says: /Klein 4B/ },
  ],
  [
    'Chroma',
    flux(64, { 'distilled_guidance_layer.in_proj.weight': [1, 1] }),
    { family: 'chroma', obstacle: 'family-unsupported' },
  ],
  [
    'Z-Image',
    zImage(3840),
    {
      family: 'z-image',
      confidence: 'certain',
      obstacle: 'parts-missing',
      says: /30 layers, text width 2560/,
    },
  ],
  ['Lumina 2', zImage(2304, {}), { family: 'lumina2', obstacle: 'family-unsupported' }],
  [
    'Z-Image control',
    zImage(3840, { 'control_layers.0.x': [1] }),
    { family: 'z-image', obstacle: 'controlnet-unsupported' },
  ],
  [
    'Qwen-Image',
    { 'model.diffusion_model.transformer_blocks.0.img_mod.1.weight': [18_432, 3072] },
    { family: 'qwen-image', obstacle: 'family-unsupported' },
  ],
  ['AuraFlow', { 'model.double_layers.0.attn.w1q.weight': [8, 8] }, { family: 'auraflow' }],
  ['PixArt', { 't_block.1.weight': [8, 8] }, { family: 'pixart' }],
  ['Hunyuan-DiT', { 'mlp_t5.0.weight': [8, 8] }, { family: 'hunyuan-dit' }],
  ['Wan', { 'head.modulation': [1, 2, 8] }, { family: 'wan', obstacle: 'video-unsupported' }],
  [
    'LTX',
    { 'model.diffusion_model.adaln_single.emb.timestep_embedder.linear_1.bias': [8] },
    { family: 'ltx', obstacle: 'video-unsupported' },
  ],
  [
    'HunyuanVideo',
    { 'txt_in.individual_token_refiner.blocks.0.norm1.weight': [8] },
    { family: 'hunyuan-video', obstacle: 'video-unsupported' },
  ],
  [
    'SVD',
    { ...unet(8, 1024), 'model.diffusion_model.input_blocks.8.0.time_mixer.mix_factor': [1] },
    { family: 'svd', obstacle: 'video-unsupported' },
  ],
  [
    'NF4 Flux',
    flux(64, { 'double_blocks.0.img_attn.proj.weight.quant_state.bitsandbytes__nf4': [8] }),
    { precision: 'nf4 (bitsandbytes)', runs: false },
  ],
]

const additions: Row[] = [
  [
    'kohya LoRA of SD 1',
    kohya(toK, 768),
    { kind: 'adapter', family: 'sd1', runs: true, confidence: 'certain' },
  ],
  ['kohya LoRA of SD 2', kohya(toK, 1024), { kind: 'adapter', family: 'sd2' }],
  [
    'kohya LoRA of SDXL',
    kohya('lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k', 2048),
    { kind: 'adapter', family: 'sdxl' },
  ],
  [
    'kohya LoRA of Flux',
    kohya('lora_unet_double_blocks_0_img_attn_proj', 3072),
    { kind: 'adapter', family: 'flux1' },
  ],
  [
    'diffusers LoRA of Flux',
    { 'transformer.single_transformer_blocks.0.attn.to_k.lora_A.weight': [8, 3072] },
    { kind: 'adapter', family: 'flux1' },
  ],
  [
    'LoRA of SD 3',
    kohya('lora_unet_joint_blocks_23_x_block_attn_qkv', 1536),
    { kind: 'adapter', family: 'sd3' },
  ],
  [
    'LoRA of Z-Image',
    { 'diffusion_model.layers.0.attention.to_k.lora_A.weight': [8, 3840] },
    { kind: 'adapter', family: 'z-image' },
  ],
  [
    'kohya LoRA of Z-Image',
    kohya('lora_unet__layers_0_attention_to_k', 3840),
    { kind: 'adapter', family: 'z-image' },
  ],
  [
    'LoRA of Qwen-Image',
    { 'transformer_blocks.59.attn.to_k.lora_A.weight': [8, 3072] },
    { kind: 'adapter', family: 'qwen-image' },
  ],
  [
    'text encoder LoRA',
    kohya('lora_te_text_model_encoder_layers_0_mlp_fc1', 768),
    { kind: 'adapter', says: /text encoder only/, confidence: 'guess' },
  ],
  [
    'LoHa',
    { [`${toK}.hada_w1_a`]: [320, 8], [`${toK}.hada_w1_b`]: [8, 768] },
    { kind: 'adapter', family: 'sd1', says: /LoHa/, runs: true },
  ],
  [
    'LoKr',
    { [`${toK}.lokr_w1`]: [8, 8], [`${toK}.lokr_w2`]: [40, 96] },
    { kind: 'adapter', family: 'sd1', says: /LoKr/, runs: true },
  ],
  [
    'DoRA',
    { ...kohya(toK, 2048), [`${toK}.dora_scale`]: [320, 1] },
    { kind: 'adapter', family: 'sdxl', says: /DoRA/, runs: true },
  ],
  ['OFT', { [`${toK}.oft_blocks`]: [4, 8, 8] }, { kind: 'adapter', obstacle: 'adapter-kind-unsupported' }],
  ['VeRA', { [`${toK}.vera_lambda_b`]: [8] }, { kind: 'adapter', obstacle: 'adapter-kind-unsupported' }],
  ['norms alone', { 'lora_unet_mid_block_resnets_0_norm1.w_norm': [8] }, { kind: 'adapter', runs: true }],
  [
    "ControlNet in CompVis' names, taken out of its model",
    {
      'input_hint_block.0.weight': [16, 3, 3, 3],
      'input_blocks.0.0.weight': [320, 4, 3, 3],
      'input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight': [320, 768],
    },
    { kind: 'controlnet', family: 'sd1', runs: true },
  ],
  [
    'ESRGAN, eightfold',
    {
      'conv_first.weight': [64, 3, 3, 3],
      'body.0.rdb1.conv1.weight': [32, 64, 3, 3],
      'conv_up1.weight': [64, 64, 3, 3],
      'conv_up2.weight': [64, 64, 3, 3],
      'conv_up3.weight': [64, 64, 3, 3],
    },
    { kind: 'upscaler', says: /x8/ },
  ],
  [
    'ControlNet',
    {
      'control_model.input_blocks.0.0.weight': [320, 4, 3, 3],
      'control_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight': [320, 768],
    },
    { kind: 'controlnet', family: 'sd1' },
  ],
  [
    'IP-Adapter',
    { 'image_proj.proj.weight': [3072, 1024], 'ip_adapter.1.to_k_ip.weight': [320, 768] },
    { kind: 'adapter', family: 'sd1', obstacle: 'ip-adapter-unsupported' },
  ],
  ['textual inversion', { emb_params: [4, 768] }, { kind: 'embedding', family: 'sd1', runs: true }],
  [
    'textual inversion of SDXL',
    { clip_l: [4, 768], clip_g: [4, 1280] },
    { kind: 'embedding', family: 'sdxl' },
  ],
  ['learned token', { '<cat>': [1024] }, { kind: 'embedding', family: 'sd2' }],
]

const parts: Row[] = [
  [
    'VAE',
    { 'decoder.conv_in.weight': [512, 4, 3, 3], 'encoder.conv_in.weight': [128, 3, 3, 3] },
    { kind: 'vae', confidence: 'guess' },
  ],
  [
    '16-channel VAE',
    { 'first_stage_model.decoder.conv_in.weight': [512, 16, 3, 3] },
    { kind: 'vae', family: 'flux1' },
  ],
  [
    'TAESD',
    { 'decoder.layers.0.weight': [64, 4, 3, 3], 'decoder.layers.2.conv.0.weight': [64, 64, 3, 3] },
    { kind: 'vae', says: /TAESD/, runs: true },
  ],
  [
    'TAESD as published',
    { '1.weight': [64, 16, 3, 3], '3.conv.0.weight': [64, 64, 3, 3] },
    { kind: 'vae', family: 'flux1', says: /16 latent/ },
  ],
  [
    'CLIP',
    { 'text_model.embeddings.token_embedding.weight': [49_408, 1280] },
    { kind: 'text-encoder', family: 'clip' },
  ],
  [
    'T5',
    { 'encoder.block.0.layer.0.SelfAttention.q.weight': [4096, 4096], 'shared.weight': [32_128, 4096] },
    { kind: 'text-encoder', family: 't5', says: /4096/ },
  ],
  [
    'Qwen3',
    { 'model.embed_tokens.weight': [151_936, 2560], 'model.layers.0.self_attn.k_norm.weight': [128] },
    { kind: 'text-encoder', says: /4B/ },
  ],
  [
    'ESRGAN',
    {
      'conv_first.weight': [64, 3, 3, 3],
      'body.0.rdb1.conv1.weight': [32, 64, 3, 3],
      'conv_up1.weight': [64, 64, 3, 3],
      'conv_up2.weight': [64, 64, 3, 3],
    },
    { kind: 'upscaler', says: /x4/ },
  ],
  [
    'ESRGAN x2',
    {
      'params_ema.conv_first.weight': [64, 12, 3, 3],
      'params_ema.body.0.rdb1.conv1.weight': [32, 64, 3, 3],
      'params_ema.conv_up1.weight': [64, 64, 3, 3],
      'params_ema.conv_up2.weight': [64, 64, 3, 3],
    },
    { kind: 'upscaler', says: /x2/ },
  ],
  [
    'old ESRGAN',
    { 'model.0.weight': [64, 3, 3, 3], 'model.1.sub.0.RDB1.conv1.0.weight': [32, 64, 3, 3] },
    { kind: 'upscaler', says: /old names/ },
  ],
  [
    'SRVGG',
    { 'body.0.weight': [64, 3, 3, 3], 'body.1.weight': [64], 'body.2.weight': [48, 64, 3, 3] },
    { kind: 'upscaler', family: 'srvgg', says: /x4/ },
  ],
  [
    'strange weights',
    { 'linear.weight': [8, 8], a: [1], b: [2], c: [1], d: [1], e: [1], f: [1], g: [1], h: [1], i: [1] },
    { kind: 'unknown', obstacle: 'unrecognised' },
  ],
]

describe.each([
  ['pipelines', pipelines],
  ['what is added to them', additions],
  ['parts', parts],
])('%s', (_, rows) => {
  it.each(rows)('knows %s', async (_what, tensors, { says, ...expected }) => {
    const passport = await probe(await writeSparse(join(folder, 'file.safetensors'), tensors))
    expect(passport).toMatchObject(expected)
    if (says !== undefined) expect(passport.detail).toMatch(says)
  })
})

describe('notes of training', () => {
  it('give trigger words and leave the statistics out', async () => {
    const path = await writeSparse(join(folder, 'noted.safetensors'), kohya(toK, 768), {
      metadata: {
        'modelspec.trigger_phrase': 'sks',
        'modelspec.title': 'Sketches',
        'modelspec.license': 'CC0',
        ss_tag_frequency: JSON.stringify({ '10_sks': { sks: 20, 'line art': 12, tree: 3 } }),
      },
    })
    const passport = await probe(path)
    expect(passport.triggerWords).toEqual(['sks', 'line art'])
    expect(passport.licence).toBe('CC0')
    expect(passport.metadata).toEqual({
      'modelspec.trigger_phrase': 'sks',
      'modelspec.title': 'Sketches',
      'modelspec.license': 'CC0',
    })
  })
})
