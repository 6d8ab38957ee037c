import { SanggarError } from '../../contract/errors.ts'
import { readSafetensorsHeader, readTensor } from '../checkpoints/safetensors.ts'
import { weightsOf, type Delta, type Weight } from '../graph/weights.ts'

/** What one module of an adapter file holds, not yet matched with a model. */
export type ModuleDelta = Pick<Delta, 'factor' | 'change' | 'magnitude'> & {
  /** the change is the bias's */
  bias?: boolean
}

export type AdapterFile = {
  path: string
  /** ss_* and modelspec.* of the file */
  metadata: Readonly<Record<string, string>>
  /** module as the file calls it -> its changes (a module may change weight and bias) */
  modules: ReadonlyMap<string, readonly ModuleDelta[]>
}

/** Part of a module -> how the file formats spell it at the end of a name. */
const endings: readonly [string, RegExp][] = [
  ['down', /(?:\.lora_down|\.lora_A(?:\.\w+)?|\.lora\.down|_lora\.down|\.lora_linear_layer\.down)\.weight$/],
  ['up', /(?:\.lora_up|\.lora_B(?:\.\w+)?|\.lora\.up|_lora\.up|\.lora_linear_layer\.up)\.weight$/],
  ['mid', /\.lora_mid\.weight$/],
  ['magnitude', /\.(?:dora_scale|lora_magnitude_vector(?:\.\w+)?(?:\.weight)?)$/],
  ['alpha', /\.alpha$/],
  ...['hada_w1_a', 'hada_w1_b', 'hada_w2_a', 'hada_w2_b', 'hada_t1', 'hada_t2'].map(
    (part): [string, RegExp] => [part, new RegExp(`\\.${part}$`)],
  ),
  ...['lokr_w1', 'lokr_w1_a', 'lokr_w1_b', 'lokr_w2', 'lokr_w2_a', 'lokr_w2_b', 'lokr_t2'].map(
    (part): [string, RegExp] => [part, new RegExp(`\\.${part}$`)],
  ),
  ['diff', /\.diff$/],
  ['diff_b', /\.diff_b$/],
]

type Parts = Map<string, Weight>

function partsByModule(weights: ReadonlyMap<string, Weight>): Map<string, Parts> {
  const modules = new Map<string, Parts>()
  for (const [name, weight] of weights) {
    const ending = endings.find(([, pattern]) => pattern.test(name))
    if (ending === undefined) continue
    const module = name.replace(ending[1], '')
    const parts = modules.get(module) ?? new Map<string, Weight>()
    parts.set(ending[0], weight)
    modules.set(module, parts)
  }
  return modules
}

function present(parts: Parts, ...names: string[]): Weight[] | undefined {
  const found = names.map((name) => parts.get(name)).filter((weight) => weight !== undefined)
  return found.length === 0 ? undefined : found
}

/** What kind of change the parts are, and its rank; undefined for parts that make no whole. */
function changeOf(parts: Parts): { change: Delta['change']; rank?: number } | undefined {
  const down = parts.get('down')
  const up = parts.get('up')
  if (down !== undefined && up !== undefined) {
    const mid = parts.get('mid')
    return {
      change: { kind: 'lora', down, up, ...(mid === undefined ? {} : { mid }) },
      rank: down.shape[0] ?? 1,
    }
  }
  const first = present(parts, 'hada_w1_a', 'hada_w1_b', 'hada_t1')
  const second = present(parts, 'hada_w2_a', 'hada_w2_b', 'hada_t2')
  if (first !== undefined && second !== undefined && first.length >= 2 && second.length >= 2) {
    return { change: { kind: 'loha', first, second }, rank: first[1]?.shape[0] ?? 1 }
  }
  const left = present(parts, 'lokr_w1') ?? present(parts, 'lokr_w1_a', 'lokr_w1_b')
  const right = present(parts, 'lokr_w2') ?? present(parts, 'lokr_w2_a', 'lokr_w2_b', 'lokr_t2')
  if (left !== undefined && right !== undefined) {
    // With both sides whole there is no rank and alpha means nothing.
    const factored = right.length > 1 ? right : left.length > 1 ? left : undefined
    const rank = factored?.[1]?.shape[0]
    return { change: { kind: 'lokr', first: left, second: right }, ...(rank === undefined ? {} : { rank }) }
  }
  const weight = parts.get('diff')
  return weight === undefined ? undefined : { change: { kind: 'full', weight } }
}

/**
 * Reads an adapter's header and its alphas: LoRA in kohya's, peft's and diffusers' names (convolutions and Tucker
 * cores too), LoHa, LoKr, whole differences, DoRA magnitudes. Throws 'model-damaged', 'path-not-found', and
 * 'model-unsupported' for a file without any of them.
 */
export async function openAdapter(path: string): Promise<AdapterFile> {
  const file = await readSafetensorsHeader(path)
  const modules = new Map<string, ModuleDelta[]>()
  for (const [module, parts] of partsByModule(await weightsOf(file))) {
    const deltas: ModuleDelta[] = []
    const found = changeOf(parts)
    if (found !== undefined) {
      const alpha = [...file.tensors.keys()].find((name) => name === `${module}.alpha`)
      const magnitude = parts.get('magnitude')
      const { rank } = found
      const scaled = alpha !== undefined && rank !== undefined
      deltas.push({
        change: found.change,
        factor: scaled ? ((await readTensor(file, alpha)).data[0] as number) / rank : 1,
        ...(magnitude === undefined ? {} : { magnitude }),
      })
    }
    const bias = parts.get('diff_b')
    if (bias !== undefined) deltas.push({ change: { kind: 'full', weight: bias }, factor: 1, bias: true })
    if (deltas.length > 0) modules.set(module, deltas)
  }
  if (modules.size === 0) {
    throw new SanggarError({
      code: 'model-unsupported',
      path,
      kind: 'adapter',
      reason: 'no known adapter tensors',
    })
  }
  return { path, metadata: file.metadata, modules }
}
