/**
 * Where whole models in one file keep their parts, by the name of the part's folder: CompVis' and Stability's names,
 * ComfyUI's and diffusers'.
 */
export const bundledPrefixes: Readonly<Record<string, readonly string[]>> = {
  vae: ['first_stage_model.', 'vae.'],
  text_encoder: [
    'cond_stage_model.transformer.',
    'cond_stage_model.model.',
    'cond_stage_model.clip_l.transformer.',
    'conditioner.embedders.0.transformer.',
    'conditioner.embedders.0.model.',
    'text_encoders.clip_l.transformer.',
    'text_encoders.clip_h.transformer.',
    'text_encoders.qwen3_4b.transformer.',
    'text_encoder.',
  ],
  text_encoder_2: [
    'conditioner.embedders.1.model.',
    'conditioner.embedders.1.transformer.',
    'text_encoders.clip_g.transformer.',
    'text_encoder_2.',
  ],
  text_encoder_3: ['text_encoders.t5xxl.transformer.', 'text_encoder_3.'],
}

/** The prefix under which the part lies; undefined where it is not in the file. */
export function bundledPrefix(part: string, names: Iterable<string>): string | undefined {
  const all = [...names]
  return bundledPrefixes[part]?.find((prefix) => all.some((name) => name.startsWith(prefix)))
}
