import { clipShapes, unetShapes, vaeShapes, type Shapes } from './tensor-shapes.ts'

export type RandomModel = {
  index: Record<string, unknown>
  scheduler: Record<string, unknown>
  networks: Record<string, { file: string; shapes: Shapes; config: Record<string, unknown> }>
  /** pixels */
  size: number
}

const noise = {
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  num_train_timesteps: 1000,
}
const weightFile = 'diffusion_pytorch_model.safetensors'
const vaeWidths = [128, 256, 512, 512]

const clip = (width: number, layers: number, activation: string) => ({
  hidden_size: width,
  num_hidden_layers: layers,
  num_attention_heads: width / 64,
  hidden_act: activation,
  eos_token_id: 2,
})

/** The published sizes, 860 million and 2.6 thousand million parameters in the UNet. */
export const models: Readonly<Record<string, () => RandomModel>> = {
  sd15: () => ({
    index: { _class_name: 'StableDiffusionPipeline' },
    scheduler: {
      _class_name: 'DDIMScheduler',
      ...noise,
      steps_offset: 1,
      clip_sample: false,
      set_alpha_to_one: false,
    },
    size: 512,
    networks: {
      unet: {
        file: weightFile,
        shapes: unetShapes({
          widths: [320, 640, 1280, 1280],
          depths: [1, 1, 1, 0],
          resnets: 2,
          context: 768,
          linearProjection: false,
        }),
        config: { attention_head_dim: 8, norm_num_groups: 32, in_channels: 4, cross_attention_dim: 768 },
      },
      vae: {
        file: weightFile,
        shapes: vaeShapes(vaeWidths, 4),
        config: {
          scaling_factor: 0.18215,
          latent_channels: 4,
          block_out_channels: vaeWidths,
          norm_num_groups: 32,
        },
      },
      text_encoder: {
        file: 'model.safetensors',
        shapes: clipShapes(768, 12),
        config: clip(768, 12, 'quick_gelu'),
      },
    },
  }),
  sdxl: () => ({
    index: { _class_name: 'StableDiffusionXLPipeline', force_zeros_for_empty_prompt: true },
    scheduler: {
      _class_name: 'EulerDiscreteScheduler',
      ...noise,
      steps_offset: 1,
      timestep_spacing: 'leading',
    },
    size: 1024,
    networks: {
      unet: {
        file: weightFile,
        shapes: unetShapes({
          widths: [320, 640, 1280],
          depths: [0, 2, 10],
          resnets: 2,
          context: 2048,
          linearProjection: true,
          added: 2816,
        }),
        config: {
          attention_head_dim: [5, 10, 20],
          norm_num_groups: 32,
          in_channels: 4,
          cross_attention_dim: 2048,
          addition_time_embed_dim: 256,
          use_linear_projection: true,
        },
      },
      vae: {
        file: weightFile,
        shapes: vaeShapes(vaeWidths, 4),
        config: {
          scaling_factor: 0.13025,
          latent_channels: 4,
          block_out_channels: vaeWidths,
          norm_num_groups: 32,
        },
      },
      text_encoder: {
        file: 'model.safetensors',
        shapes: clipShapes(768, 12),
        config: clip(768, 12, 'quick_gelu'),
      },
      text_encoder_2: {
        file: 'model.safetensors',
        shapes: clipShapes(1280, 32, 1280),
        config: { ...clip(1280, 32, 'gelu'), projection_dim: 1280 },
      },
    },
  }),
}

/** transformers' and diffusers' classes by folder. */
export const classes: Readonly<Record<string, [string, string]>> = {
  unet: ['diffusers', 'UNet2DConditionModel'],
  vae: ['diffusers', 'AutoencoderKL'],
  text_encoder: ['transformers', 'CLIPTextModel'],
  text_encoder_2: ['transformers', 'CLIPTextModelWithProjection'],
}
