import { join } from 'node:path'
import { SanggarError } from '../../contract/errors.ts'
import type { Pixels } from '../images/pixels.ts'
import { toUnit } from '../images/planes.ts'
import { numberIn } from '../model-parts.ts'
import { readJson } from '../model-folder.ts'
import { type Session, type SessionOptions, openSession } from '../session.ts'
import type { UpscalerNetwork } from '../upscalers/open-upscaler.ts'
import { upscale } from '../upscalers/upscale.ts'

export type Denoiser = {
  /**
   * The picture without its noise, whose level is estimated from the whole picture.
   * `strength` blends between the picture (0) and the result (1).
   */
  run(
    pixels: Pixels,
    strength: number,
    onTile: (done: number, total: number) => Promise<void>,
  ): Promise<Restored>
  release(): Promise<void>
}

/** `sigma`: standard deviation of the noise that was found, in levels of 255 */
export type Restored = { pixels: Pixels; sigma: number }

/** A folder of two graphs: one says how strong the noise is, the other takes that much away. See models/restore. */
export async function openDenoiser(
  path: string,
  runtime: Pick<SessionOptions, 'executionProvider' | 'threads'>,
): Promise<Denoiser> {
  const manifest = (await readJson(join(path, 'manifest.json'))) ?? {}
  const graphs = (manifest['graphs'] ?? {}) as Record<string, unknown>
  const open = (key: string): Promise<Session> => {
    const file = graphs[key]
    if (typeof file !== 'string' || file.includes('..')) {
      throw new SanggarError({ code: 'model-folder-incomplete', path, missing: `graphs.${key}` })
    }
    return openSession({ kind: 'file', path: join(path, file) }, { ...runtime, stage: 'denoise' })
  }
  const noiseLevel = await open('noiseLevel')
  const denoise = await open('denoise')

  return {
    async run(pixels, strength, onTile) {
      const sigma = await levelOf(noiseLevel, pixels)
      const network: UpscalerNetwork = {
        scale: 1,
        multiple: 1,
        overlap: numberIn(manifest, 'overlap') ?? 16,
        async run(data, height, width) {
          const image = { data, shape: [1, 3, height, width] }
          const answer = await denoise.run({ image, sigma: { scalar: sigma } })
          return answer['denoised']?.data ?? data
        },
        release: () => Promise.resolve(),
      }
      const clean = await upscale(network, pixels, { onTile, tile: numberIn(manifest, 'tile') ?? 256 })
      return { pixels: blended(pixels, clean, strength), sigma: sigma * 255 }
    },
    async release() {
      await noiseLevel.release()
      await denoise.release()
    },
  }
}

async function levelOf(session: Session, pixels: Pixels): Promise<number> {
  const { data, width, height } = toUnit(pixels)
  const answer = await session.run({ image: { data, shape: [1, 3, height, width] } })
  const sigma = answer['sigma']?.data[0] ?? Number.NaN
  if (!Number.isFinite(sigma)) throw new SanggarError({ code: 'output-not-finite', stage: 'noise_level' })
  return sigma
}

function blended(original: Pixels, clean: Pixels, strength: number): Pixels {
  if (strength >= 1) return clean
  const data = original.data.map((value, i) => {
    const change = (clean.data[i] as number) - value
    return Math.round(value + strength * change)
  })
  return { ...clean, data }
}
