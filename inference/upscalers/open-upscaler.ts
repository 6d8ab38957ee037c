import { stat } from 'node:fs/promises'
import { join } from 'node:path'

import { SanggarError } from '../../contract/errors.ts'
import { jsonIn, namesIn } from '../checkpoints/folder-weights.ts'
import { readSafetensorsHeader } from '../checkpoints/safetensors.ts'
import { canonicalUpscaler } from '../checkpoints/upscaler-keys.ts'
import { rrdbGraph } from '../graph/rrdb.ts'
import { srvggGraph } from '../graph/srvgg.ts'
import { weightsOf } from '../graph/weights.ts'
import { openEnhancer } from '../enhancer-session.ts'
import type { ProviderOptions } from '../provider-session.ts'
import { openSession, type Port, type Session } from '../session.ts'
import type { GraphSource } from '../session-source.ts'

/** A network that enlarges pictures, open. `run`: one picture [1, 3, h, w] of 0..1, sides in `multiple`s. */
export type UpscalerNetwork = {
  scale: number
  /** sides must be multiples of this */
  multiple: number
  /** [height, width] where the network takes no other size */
  fixed?: [number, number]
  /** pixels that a result depends on to every side, where it is known; neighbours should see as many in common */
  overlap: number
  readonly executionProvider: string
  run(data: Float32Array, height: number, width: number): Promise<Float32Array>
  release(): Promise<void>
}

export type UpscalerRuntime = ProviderOptions

/** colours */
const channels = 3
const usualOverlap = 32

type Found = { source: GraphSource; scale?: number; multiple?: number; overlap?: number }

const wholeNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined

/** A folder with our manifest, or with one .onnx or .safetensors file in it. */
async function findInFolder(folder: string): Promise<Found> {
  const manifest = (await jsonIn(folder, 'manifest.json')) ?? {}
  const names = await namesIn(folder)
  const graph = typeof manifest['graph'] === 'string' ? manifest['graph'] : undefined
  const name =
    names.find((entry) => entry === (graph ?? 'model.onnx')) ??
    names.find((entry) => /\.(onnx|safetensors)$/.test(entry))
  if (name === undefined)
    throw new SanggarError({ code: 'model-folder-incomplete', path: folder, missing: 'model.onnx' })
  const found = await findFile(join(folder, name))
  const scale = wholeNumber(manifest['scale'])
  const overlap = wholeNumber(manifest['overlap'])
  return {
    ...found,
    ...(scale === undefined
      ? {}
      : { scale, multiple: found.multiple ?? wholeNumber(manifest['multiple']) ?? 1 }),
    ...(overlap === undefined ? {} : { overlap }),
  }
}

async function findFile(path: string): Promise<Found> {
  if (/\.onnx$/i.test(path)) return { source: { kind: 'file', path } }
  const { family, weights } = canonicalUpscaler(await weightsOf(await readSafetensorsHeader(path)), path)
  const { source, scale, multiple } =
    family === 'esrgan' ? rrdbGraph(weights, path) : srvggGraph(weights, path)
  return { source, scale, multiple }
}

async function find(path: string): Promise<Found> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new SanggarError({ code: 'model-not-found', model: path }, { cause })
  })
  return stats.isDirectory() ? findInFolder(path) : findFile(path)
}

/** Exporters name things as they like: the only picture in, the first picture out, by position. */
function portsOf(session: Session, path: string): { input: Port; output: Port } {
  const pictures = session.inputs.filter(
    ({ shape, type }) =>
      shape.length === 4 &&
      type.startsWith('float') &&
      (shape[1] === channels || typeof shape[1] !== 'number' || shape[1] < 0),
  )
  const [input] = pictures
  const [output] = session.outputs
  if (pictures.length !== 1 || input === undefined || output === undefined || session.inputs.length !== 1) {
    throw new SanggarError({ code: 'model-unsupported', path, kind: 'upscaler', reason: 'inputs' })
  }
  return { input, output }
}

type Probe = { scale: number; multiple: number }

/** Tries sizes from odd to round: what the answer's size says is the scale. */
async function probeScale(
  run: (height: number, width: number) => Promise<number[]>,
  sizes: [number, number, number][],
  path: string,
): Promise<Probe> {
  let last: unknown
  for (const [height, width, multiple] of sizes) {
    try {
      const shape = await run(height, width)
      const [rows = 0, columns = 0] = shape.slice(-2)
      const scale = rows / height
      if (Number.isInteger(scale) && scale >= 1 && columns === width * scale) return { scale, multiple }
      last = new Error(`${height}x${width} became ${rows}x${columns}`)
    } catch (error) {
      last = error
    }
  }
  throw new SanggarError(
    { code: 'model-unsupported', path, kind: 'upscaler', reason: 'output size' },
    { cause: last },
  )
}

/**
 * Opens an upscaler: a folder with our manifest, an .onnx file of the ESRGAN kind (one picture in, one out, of any
 * names and of free or fixed size), or ESRGAN's and SRVGG's .safetensors.
 * Throws 'model-not-found', 'model-folder-incomplete', 'model-damaged', 'model-unsupported'.
 */
export async function openUpscaler(path: string, runtime: UpscalerRuntime): Promise<UpscalerNetwork> {
  const found = await find(path)
  const { threads } = runtime
  // Looked at on the CPU: the probe's odd little sizes would mislead a trial of accelerators.
  let session = await openSession(found.source, { executionProvider: 'cpu', threads, stage: 'upscaler' })
  let settled = runtime.executionProvider === 'cpu'
  const settle = async (): Promise<Session> => {
    if (!settled) {
      settled = true
      const looked = session
      session = await openEnhancer(found.source, 'upscaler', runtime)
      await looked.release()
    }
    return session
  }
  try {
    const { input, output } = portsOf(session, path)
    const [rows, columns] = input.shape.slice(2)
    const fixed: [number, number] | undefined =
      typeof rows === 'number' && typeof columns === 'number' && rows > 0 && columns > 0
        ? [rows, columns]
        : undefined
    const call = async (on: Session, data: Float32Array, height: number, width: number) =>
      (await on.run({ [input.name]: { data, shape: [1, channels, height, width] } }, [output.name]))[
        output.name
      ]
    const blank = async (height: number, width: number): Promise<number[]> =>
      (await call(session, new Float32Array(channels * height * width).fill(0.5), height, width))?.shape ?? []
    const sizes: [number, number, number][] = fixed
      ? [[...fixed, 1]]
      : [
          [37, 41, 1],
          [34, 38, 2],
          [36, 44, 4],
          [64, 64, 64],
        ]
    const { scale, multiple } =
      found.scale !== undefined && found.multiple !== undefined
        ? { scale: found.scale, multiple: found.multiple }
        : await probeScale(blank, sizes, path)
    return {
      scale,
      multiple,
      overlap: found.overlap ?? usualOverlap,
      ...(fixed === undefined ? {} : { fixed }),
      get executionProvider() {
        return session.executionProvider
      },
      async run(data, height, width) {
        const answer = await call(await settle(), data, height, width)
        if (answer?.data.length !== channels * height * width * scale ** 2) {
          throw new SanggarError({ code: 'inference-failed', stage: 'upscaler', detail: 'output size' })
        }
        return answer.data
      },
      release: () => session.release(),
    }
  } catch (error) {
    await session.release()
    throw error
  }
}
