import type { Capability, ModelKind, Obstacle, Passport } from '../../contract/model.ts'

/** Name -> format and shape: what every container of weights can say without its data. */
export type TensorTable = ReadonlyMap<string, { dtype: string; shape: readonly number[] }>

/** What some tensors turned out to be, before path, size and layout are known. */
export type Finding = {
  kind: ModelKind
  family: string
  detail: string
  confidence: Passport['confidence']
  capabilities?: Capability[]
  parts?: string[]
  missing?: string[]
  obstacle?: Obstacle
}

/** A table seen through one prefix: `has('x_embedder.weight')` asks for `model.diffusion_model.x_embedder.weight`. */
export type TensorView = {
  prefix: string
  has: (name: string) => boolean
  shape: (name: string) => readonly number[] | undefined
  /** whether any name begins so */
  some: (start: string) => boolean
  /** one more than the highest N of `<start>N.` (0 when there is none) */
  count: (start: string) => number
}

export function viewOf(table: TensorTable, prefix: string): TensorView {
  return {
    prefix,
    has: (name) => table.has(prefix + name),
    shape: (name) => table.get(prefix + name)?.shape,
    some: (start) => {
      for (const name of table.keys()) if (name.startsWith(prefix + start)) return true
      return false
    },
    count: (start) => {
      let count = 0
      for (const name of table.keys()) {
        if (!name.startsWith(prefix + start)) continue
        const index = Number.parseInt(name.slice(prefix.length + start.length), 10)
        if (index >= count) count = index + 1
      }
      return count
    },
  }
}

export const picturesFromText: Capability[] = ['text-to-image', 'image-to-image', 'inpaint']

/** A family known by name only. */
export function declined(family: string, detail: string, obstacle: Obstacle = 'family-unsupported'): Finding {
  return { kind: 'pipeline', family, detail, confidence: 'certain', obstacle }
}
