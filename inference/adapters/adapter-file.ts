import { SanggarError } from '../../contract/errors.ts'
import { damaged } from '../checkpoints/file-bytes.ts'
import { readSafetensorsHeader, readTensor, type SafetensorsFile } from '../checkpoints/safetensors.ts'
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
  /** modules that hold something that is none of the known changes */
  unread: readonly string[]
}

/** Part of a module -> how the file formats spell it at the end of a name. */
const endings: readonly [string, RegExp][] = [
  [
    'down',
    /(?:\.lora_down|\.lora_A(?:\.\w+)?|\.lora\.down|_lora\.down|\.lora_linear_layer\.down)\.weight$|\.lora_A$/,
  ],
  ['up', /(?:\.lora_up|\.lora_B(?:\.\w+)?|\.lora\.up|_lora\.up|\.lora_linear_layer\.up)\.weight$|\.lora_B$/],
  ['up_b', /\.(?:lora_up|lora_B(?:\.\w+)?)\.bias$/],
  ['mid', /\.lora_mid\.weight$/],
  ['magnitude', /\.(?:dora_scale|lora_magnitude_vector(?:\.\w+)?(?:\.weight)?)$/],
  ['alpha', /\.alpha$/],
  ...['hada_w1_a', 'hada_w1_b', 'hada_w2_a', 'hada_w2_b', 'hada_t1', 'hada_t2'].map(
    (part): [string, RegExp] => [part, new RegExp(`\\.${part}$`)],
  ),
  ...['lokr_w1', 'lokr_w1_a', 'lokr_w1_b', 'lokr_w2', 'lokr_w2_a', 'lokr_w2_b', 'lokr_t2'].map(
    (part): [string, RegExp] => [part, new RegExp(`\\.${part}$`)],
  ),
  // LyCORIS calls what it adds to norms by names of its own.
  ['diff', /\.(?:diff|w_norm)$/],
  ['diff_b', /\.(?:diff_b|b_norm)$/],
]

/**
 * XLabs' adapters for FLUX.1 hang on what runs a block: 1 is the picture's stream, 2 the words'; in single blocks on the
 * first three parts of the layer that goes in, and on the one that comes out (x-flux, layers.py).
 */
function withoutProcessor(name: string): string {
  return name
    .replace(
      /\.processor\.(qkv|proj)_lora([12])\.(down|up)\./,
      (_, layer: string, stream: string, part: string) => {
        return `.${stream === '1' ? 'img' : 'txt'}_attn.${layer}.lora_${part}.`
      },
    )
    .replace(
      /(single_blocks\.\d+)\.processor\.(qkv|proj)_lora\.(down|up)\./,
      (_, block: string, layer: string, part: string) => {
        return `${block}.${layer === 'qkv' ? 'linear1' : 'linear2'}.lora_${part}.`
      },
    )
}

type Parts = Map<string, Weight>

/** The parts of every module, and what is named like no part of any. */
function partsByModule(weights: ReadonlyMap<string, Weight>): { modules: Map<string, Parts>; odd: string[] } {
  const modules = new Map<string, Parts>()
  const odd = new Set<string>()
  for (const [stored, weight] of weights) {
    const name = withoutProcessor(stored)
    const ending = endings.find(([, pattern]) => pattern.test(name))
    if (ending === undefined) {
      odd.add(name.replace(/\.[^.]*$/, ''))
      continue
    }
    const module = name.replace(ending[1], '')
    const parts = modules.get(module) ?? new Map<string, Weight>()
    parts.set(ending[0], weight)
    modules.set(module, parts)
  }
  return { modules, odd: [...odd] }
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

/** Two factors of one matrix have a side in common, its rank. */
function refuseLooseFactors(path: string, module: string, { change }: { change: Delta['change'] }): void {
  const loose = (left: Weight | undefined, right: Weight | undefined): boolean =>
    left !== undefined && right !== undefined && (left.shape[1] !== right.shape[0] || right.shape[0] === 0)
  const pairs: (readonly (Weight | undefined)[])[] =
    change.kind === 'full'
      ? []
      : change.kind === 'lora'
        ? [[change.up, change.down]]
        : [change.first, change.second].filter((factors) => factors.length === 2)
  if (!pairs.some(([left, right]) => loose(left, right))) return
  throw damaged(path, 'factors-differ', { module })
}

async function factorOf(file: SafetensorsFile, module: string, rank: number | undefined): Promise<number> {
  const name = `${module}.alpha`
  if (rank === undefined || !file.tensors.has(name)) return 1
  const alpha = (await readTensor(file, name)).data[0] ?? Number.NaN
  if (!Number.isFinite(alpha)) throw damaged(file.path, 'tensor-no-number', { tensor: name })
  return alpha / rank
}

/**
 * Reads an adapter's header and its alphas: LoRA in kohya's, peft's and diffusers' names (convolutions and Tucker
 * cores too), LoHa, LoKr, whole differences, DoRA magnitudes. Throws 'model-damaged', 'path-not-found', and
 * 'model-unsupported' for a file without any of them.
 */
export async function openAdapter(path: string): Promise<AdapterFile> {
  const file = await readSafetensorsHeader(path)
  const modules = new Map<string, ModuleDelta[]>()
  const { modules: parts, odd } = partsByModule(await weightsOf(file))
  const unread = [...odd]
  for (const [module, own] of parts) {
    const deltas: ModuleDelta[] = []
    const found = changeOf(own)
    if (found !== undefined) {
      refuseLooseFactors(path, module, found)
      const magnitude = own.get('magnitude')
      const factor = await factorOf(file, module, found.rank)
      deltas.push({ change: found.change, factor, ...(magnitude === undefined ? {} : { magnitude }) })
      const bias = own.get('up_b')
      if (bias !== undefined) deltas.push({ change: { kind: 'full', weight: bias }, factor, bias: true })
    }
    const bias = own.get('diff_b')
    if (bias !== undefined) deltas.push({ change: { kind: 'full', weight: bias }, factor: 1, bias: true })
    if (deltas.length > 0) modules.set(module, deltas)
    else if ([...own.keys()].some((part) => part !== 'alpha')) unread.push(module)
  }
  if (modules.size === 0) {
    throw new SanggarError({
      code: 'model-unsupported',
      path,
      kind: 'adapter',
      reason: 'no known adapter tensors',
    })
  }
  return { path, metadata: file.metadata, modules, unread }
}
