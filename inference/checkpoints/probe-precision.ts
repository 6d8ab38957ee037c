import { elementCount, bitsOf } from './number-format.ts'
import type { TensorTable } from './probe-finding.ts'

const names: Record<string, string> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F8_E4M3: 'float8 (E4M3)',
  F8_E5M2: 'float8 (E5M2)',
  I8: 'int8',
  U8: 'uint8',
}

/** Marks that quantising programs leave: pattern of a tensor name -> what it is. */
const marks: [RegExp, string][] = [
  [/quant_state\.bitsandbytes__nf4|\.nested_absmax$|\.absmax$/, 'nf4 (bitsandbytes)'],
  [/quant_state\.bitsandbytes__fp4/, 'fp4 (bitsandbytes)'],
  [/\.wscales$|\.smooth_factor(_orig)?$/, '4 bit (SVDQuant)'],
  [/\.comfy_quant$/, 'quantised (ComfyUI)'],
  [/\.qweight$|\.qzeros$/, '4 bit (GPTQ or AWQ)'],
  [/\.SCB$|\.weight_scale_inv$|\.weight_scale$/, 'quantised with scales'],
  [/\.svd_up$|\.sdnq_/, 'quantised (SDNQ)'],
]

export type Precision = {
  label: string
  /** needs scales that plain readers do not apply */ quantised: boolean
}

/** 8-bit floats with a factor for all or for every row run as they are; with other layouts of factors they do not. */
function scaledFloat8(table: TensorTable): Precision | undefined {
  let factors = 0
  let quantised = false
  for (const [name, { shape }] of table) {
    const module = /^(.*\.)?(scale_weight|weight_scale)$/.exec(name)
    if (module === null) continue
    const weight = table.get(`${module[1] ?? ''}weight`)
    if (weight?.dtype.startsWith('F8') !== true) return undefined
    factors += 1
    const count = elementCount(shape)
    if (count !== 1 && count !== weight.shape[0]) quantised = true
  }
  return factors === 0 ? undefined : { label: 'scaled float8', quantised }
}

/** The format that most of the weights have, and whether they are quantised in a form of their own. */
export function precisionOf(table: TensorTable): Precision {
  const scaled = scaledFloat8(table)
  if (scaled !== undefined) return scaled
  for (const [pattern, label] of marks) {
    for (const name of table.keys()) if (pattern.test(name)) return { label, quantised: true }
  }
  const bytes = new Map<string, number>()
  let total = 0
  for (const { dtype, shape } of table.values()) {
    const size = elementCount(shape) * (bitsOf[dtype] ?? 8)
    bytes.set(dtype, (bytes.get(dtype) ?? 0) + size)
    total += size
  }
  const ordered = [...bytes].sort(([, a], [, b]) => b - a)
  const label = ordered
    .filter(([, size], index) => index === 0 || size > total * 0.05)
    .map(([dtype]) => names[dtype] ?? dtype)
    .join(', ')
  return { label: label === '' ? 'unknown' : label, quantised: false }
}

/** Numbers in all tensors. */
export function parameterCount(table: TensorTable): number {
  let count = 0
  for (const { shape } of table.values()) count += elementCount(shape)
  return count
}
