import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import sharp from 'sharp'

import {
  readSafetensorsHeader,
  readTensor,
  type SafetensorsFile,
} from '../../inference/checkpoints/safetensors.ts'
import type { Tensor } from '../../inference/tensor.ts'

/** One <run>.json + <run>.safetensors of the reference. */
export type StoredRun = {
  id: string
  args: Readonly<Record<string, unknown>>
  names: readonly string[]
  has(name: string): boolean
  tensor(name: string): Promise<Tensor>
  /** the input picture of the first of these arguments that there is, [1, 3, height, width] in [0, 1] */
  picture(...names: string[]): Promise<Tensor>
}

export function storedTensors(file: SafetensorsFile): Pick<StoredRun, 'names' | 'has' | 'tensor'> {
  return {
    names: [...file.tensors.keys()],
    has: (name) => file.tensors.has(name),
    async tensor(name) {
      const { data, shape } = await readTensor(file, name)
      return { data, shape: [...shape] }
    },
  }
}

async function readPicture(path: string): Promise<Tensor> {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const planes = new Float32Array(3 * width * height)
  for (let i = 0; i < planes.length; i++) {
    const area = width * height
    planes[i] = (data[(i % area) * 3 + Math.floor(i / area)] as number) / 255
  }
  return { data: planes, shape: [1, 3, height, width] }
}

type Stored = { args?: Record<string, unknown>; image_args?: Record<string, string> }

/** Every run in a folder of expected results; none when the folder is absent. */
export async function storedRuns(folder: string): Promise<StoredRun[]> {
  const names: string[] = await readdir(folder).catch(() => [])
  const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length))
  const runs = ids.filter((id) => names.includes(`${id}.safetensors`)).toSorted()
  return Promise.all(
    runs.map(async (id) => {
      const { args, image_args: pictures } = JSON.parse(
        await readFile(join(folder, `${id}.json`), 'utf8'),
      ) as Stored
      const file = await readSafetensorsHeader(join(folder, `${id}.safetensors`))
      return {
        id,
        args: args ?? {},
        ...storedTensors(file),
        picture: (...wanted) =>
          readPicture(
            join(folder, wanted.map((name) => pictures?.[name]).find((name) => name !== undefined) ?? ''),
          ),
      }
    }),
  )
}
