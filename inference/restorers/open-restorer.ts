import { join } from 'node:path'
import { SanggarError } from '../../contract/errors.ts'
import type { Pixels } from '../images/pixels.ts'
import { toUnit } from '../images/planes.ts'
import { numberIn } from '../model-parts.ts'
import { readJson } from '../model-folder.ts'
import { openEnhancer } from '../enhancer-session.ts'
import type { ProviderOptions } from '../provider-session.ts'
import type { Session } from '../session.ts'
import type { UpscalerNetwork } from '../upscalers/open-upscaler.ts'
import { upscale } from '../upscalers/upscale.ts'

type OnTile = (done: number, total: number) => Promise<void>

/** The graphs of models/restore, opened when they are first needed. */
export type RestorerGraphs = {
  /** Deviation of the noise in a picture, 0..1. `likely`: nothing of it where it is as well the picture's own texture. */
  noiseLevel(pixels: Pixels): Promise<{ most: number; likely: number }>
  /** without noise of that deviation, 0..1, in all channels */
  denoise(pixels: Pixels, sigma: number, onTile: OnTile): Promise<Pixels>
  /** without noise of these deviations, 0..1, in JPEG's luminance and colour differences */
  deblock(pixels: Pixels, sigmas: readonly number[], onTile: OnTile): Promise<Pixels>
  /** of the graph that worked last */
  readonly executionProvider: string
  release(): Promise<void>
}

/** smaller pictures than the filters' borders are left as they are */
const smallestSide = 16
/** so many tiles' worth of pixels */
const inOnePiece = 2.25

/** Throws 'model-folder-incomplete', 'model-damaged'. */
export async function openRestorer(path: string, runtime: ProviderOptions): Promise<RestorerGraphs> {
  const manifest = (await readJson(join(path, 'manifest.json'))) ?? {}
  const graphs = (manifest['graphs'] ?? {}) as Record<string, unknown>
  const files = Object.fromEntries(
    ['noiseLevel', 'denoise', 'deblock'].map((key) => {
      const file = graphs[key]
      if (typeof file !== 'string' || file.includes('..')) {
        throw new SanggarError({ code: 'model-folder-incomplete', path, missing: `graphs.${key}` })
      }
      return [key, join(path, file)]
    }),
  )
  const opened = new Map<string, Session>()
  const session = async (key: string): Promise<Session> => {
    const known = opened.get(key)
    if (known !== undefined) return known
    const source = { kind: 'file', path: files[key] ?? '' } as const
    const one = await openEnhancer(source, 'restore', runtime)
    opened.set(key, one)
    return one
  }

  async function filter(
    key: string,
    pixels: Pixels,
    sigmas: readonly number[],
    onTile: OnTile,
  ): Promise<Pixels> {
    // Without noise there is nothing to weigh against: the graphs would divide nothing by nothing.
    if (Math.min(pixels.width, pixels.height) < smallestSide || Math.min(...sigmas) <= 0) return pixels
    const graph = await session(key)
    const output = graph.outputs[0]?.name ?? ''
    const network: UpscalerNetwork = {
      scale: 1,
      multiple: 1,
      overlap: numberIn(manifest, 'overlap') ?? 64,
      executionProvider: graph.executionProvider,
      async run(data, height, width) {
        const sigma = { data: Float32Array.from(sigmas), shape: [sigmas.length] }
        const answer = await graph.run({ image: { data, shape: [1, 3, height, width] }, sigma })
        return answer[output]?.data ?? data
      },
      release: () => Promise.resolve(),
    }
    const usual = numberIn(manifest, 'tile') ?? 256
    // Tiles look at what they share twice: what is little more than two of them is quicker in one piece.
    const { width, height } = pixels
    const tile = width * height <= inOnePiece * usual ** 2 ? Math.max(usual, width, height) : usual
    return upscale(network, pixels, { onTile, tile })
  }

  return {
    async noiseLevel(pixels) {
      if (Math.min(pixels.width, pixels.height) < smallestSide) return { most: 0, likely: 0 }
      const { data, width, height } = toUnit(pixels)
      const answer = await (
        await session('noiseLevel')
      ).run({ image: { data, shape: [1, 3, height, width] } })
      const most = answer['most']?.data[0] ?? Number.NaN
      const likely = answer['likely']?.data[0] ?? Number.NaN
      if (!Number.isFinite(most + likely)) {
        throw new SanggarError({ code: 'output-not-finite', stage: 'noise_level' })
      }
      return { most, likely }
    },
    denoise: (pixels, sigma, onTile) => filter('denoise', pixels, [sigma, sigma, sigma], onTile),
    deblock: (pixels, sigmas, onTile) => filter('deblock', pixels, sigmas, onTile),
    get executionProvider() {
      return [...opened.values()].at(-1)?.executionProvider ?? 'cpu'
    },
    async release() {
      for (const one of opened.values()) await one.release()
      opened.clear()
    },
  }
}
