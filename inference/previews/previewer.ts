import type { Pixels } from '../images/pixels.ts'
import { fromSigned } from '../images/planes.ts'
import type { StepReport } from '../pipelines/denoise.ts'
import type { MadePicture } from '../pipelines/make-picture.ts'
import type { LatentSpace, Prepared, RunContext } from '../pipelines/pipeline.ts'
import { decodeLatents } from '../vae/decode.ts'
import { type LatentProjection, cellMeans, fitProjection, project } from './latent-projection.ts'

type Geometry = { shape: Prepared['shape']; space: LatentSpace }

/** A preview may cost so much of a step's time. */
const affordable = 0.1
/** Latents per side of the reduced picture that a projection is first fitted to. */
const probeSide = 16

/**
 * A small picture of each step's denoised latents. The model's own decoder makes it while that is cheap beside a
 * step; else a projection does that was fitted to one small decoding (and to every finished picture since).
 */
export function previewer(
  model: { projection?: LatentProjection },
  show: (image: Pixels, step: number) => void,
) {
  let stepStarted = performance.now()
  let stepCost = 0
  let decodeCost: number | undefined
  return {
    async onStep({ step, steps, denoised }: StepReport, geometry: Geometry, run: RunContext): Promise<void> {
      stepCost = performance.now() - stepStarted
      // The last step's preview would be late: the picture itself comes next.
      if (step < steps) {
        const image =
          decodeCost === undefined || decodeCost <= affordable * stepCost
            ? await decoded(denoised, geometry, run)
            : projected(denoised, geometry)
        if (image !== undefined) show(image, step)
      }
      stepStarted = performance.now()
    },
    /** A finished picture tells more of the model's colours than any probe. */
    learn({ planes, latents, shape, space }: MadePicture): void {
      const colours = cellMeans(planes.data, 3, planes.height, planes.width, space.factor)
      model.projection = fitProjection(latents, colours, shape[1])
    },
  }

  async function decoded(latents: Float32Array, { shape, space }: Geometry, run: RunContext) {
    const [, channels, height, width] = shape
    const reduction = Math.max(1, Math.ceil(Math.max(height, width) / (2 * probeSide)))
    // Below memory pressure the decoder must not join the denoiser.
    if (run.sessions.options.policy === 'after-use') return projected(latents, { shape, space })
    const alreadyOpen = run.sessions.isOpen('vae_decoder')
    if (!alreadyOpen) await run.sessions.session('vae_decoder')
    const small = reduction === 1 ? latents : cellMeans(latents, channels, height, width, reduction)
    const smallShape: Prepared['shape'] = [
      1,
      channels,
      Math.trunc(height / reduction),
      Math.trunc(width / reduction),
    ]
    const started = performance.now()
    const planes = await decodeLatents(run, small, smallShape, space)
    decodeCost = performance.now() - started
    const colours = cellMeans(planes.data, 3, planes.height, planes.width, space.factor)
    model.projection ??= fitProjection(small, colours, channels)
    return fromSigned(planes)
  }

  function projected(latents: Float32Array, { shape }: Geometry): Pixels | undefined {
    if (model.projection?.channels !== shape[1]) return undefined
    const [, , height, width] = shape
    return fromSigned({ width, height, channels: 3, data: project(model.projection, latents) })
  }
}
