import { countBelow, hasBelow, renamed, type Weight, type WeightSource } from '../graph/weights.ts'

/** How the blocks of a UNet follow one another; enough to translate between the two ways of numbering them. */
export type UnetStructure = {
  /** every level: number of resnets, and whether the size changes after them */
  down: { resnets: number; resampled: boolean }[]
  up: { resnets: number; resampled: boolean; attention: boolean }[]
  middle: { attention: boolean }
}

export function structureOfDiffusers(weights: WeightSource): UnetStructure {
  const levels = (side: 'down' | 'up') =>
    Array.from({ length: countBelow(weights, `${side}_blocks.`) }, (_, i) => `${side}_blocks.${i}`)
  return {
    down: levels('down').map((block) => ({
      resnets: countBelow(weights, `${block}.resnets.`),
      resampled: hasBelow(weights, `${block}.downsamplers.`),
    })),
    up: levels('up').map((block) => ({
      resnets: countBelow(weights, `${block}.resnets.`),
      resampled: hasBelow(weights, `${block}.upsamplers.`),
      attention: hasBelow(weights, `${block}.attentions.`),
    })),
    middle: { attention: hasBelow(weights, 'mid_block.attentions.0.') },
  }
}

/** From CompVis' and Stability's names, which number all blocks in one row. */
export function structureOfLdm(weights: WeightSource): UnetStructure {
  const down: UnetStructure['down'] = [{ resnets: 0, resampled: false }]
  for (let n = 1; n < countBelow(weights, 'input_blocks.'); n++) {
    const level = down.at(-1) as UnetStructure['down'][number]
    if (hasBelow(weights, `input_blocks.${n}.0.op.`)) {
      level.resampled = true
      down.push({ resnets: 0, resampled: false })
    } else level.resnets++
  }
  const up: UnetStructure['up'] = []
  let open: UnetStructure['up'][number] | undefined
  for (let n = 0; n < countBelow(weights, 'output_blocks.'); n++) {
    if (open === undefined) {
      open = { resnets: 0, resampled: false, attention: false }
      up.push(open)
    }
    open.resnets++
    if (hasBelow(weights, `output_blocks.${n}.1.norm.`)) open.attention = true
    if ([1, 2].some((part) => weights.has(`output_blocks.${n}.${part}.conv.weight`))) {
      open.resampled = true
      open = undefined
    }
  }
  return { down, up, middle: { attention: hasBelow(weights, 'middle_block.1.norm.') } }
}

/** [ldm prefix, diffusers prefix] of every resnet, transformer and resampler. */
export function blockPairs(structure: UnetStructure): [string, string][] {
  const pairs: [string, string][] = []
  let n = 1
  for (const [level, { resnets, resampled }] of structure.down.entries()) {
    for (let i = 0; i < resnets; i++, n++) {
      pairs.push([`input_blocks.${n}.0`, `down_blocks.${level}.resnets.${i}`])
      pairs.push([`input_blocks.${n}.1`, `down_blocks.${level}.attentions.${i}`])
    }
    if (resampled) pairs.push([`input_blocks.${n++}.0.op`, `down_blocks.${level}.downsamplers.0.conv`])
  }
  const { attention } = structure.middle
  pairs.push(['middle_block.0', 'mid_block.resnets.0'])
  if (attention) pairs.push(['middle_block.1', 'mid_block.attentions.0'])
  pairs.push([`middle_block.${attention ? 2 : 1}`, 'mid_block.resnets.1'])
  n = 0
  for (const [level, block] of structure.up.entries()) {
    for (let i = 0; i < block.resnets; i++, n++) {
      pairs.push([`output_blocks.${n}.0`, `up_blocks.${level}.resnets.${i}`])
      if (block.attention) pairs.push([`output_blocks.${n}.1`, `up_blocks.${level}.attentions.${i}`])
    }
    if (block.resampled) {
      pairs.push([
        `output_blocks.${n - 1}.${block.attention ? 2 : 1}.conv`,
        `up_blocks.${level}.upsamplers.0.conv`,
      ])
    }
  }
  return pairs
}

/** Modules outside the blocks. */
export const outerPairs: readonly [string, string][] = [
  ['input_blocks.0.0', 'conv_in'],
  ['time_embed.0', 'time_embedding.linear_1'],
  ['time_embed.2', 'time_embedding.linear_2'],
  ['time_embed.cond_proj', 'time_embedding.cond_proj'],
  ['label_emb.0.0', 'add_embedding.linear_1'],
  ['label_emb.0.2', 'add_embedding.linear_2'],
  ['out.0', 'conv_norm_out'],
  ['out.2', 'conv_out'],
]

/** The modules of a resnet. */
export const resnetPairs: readonly [string, string][] = [
  ['in_layers.0', 'norm1'],
  ['in_layers.2', 'conv1'],
  ['emb_layers.1', 'time_emb_proj'],
  ['out_layers.0', 'norm2'],
  ['out_layers.3', 'conv2'],
  ['skip_connection', 'conv_shortcut'],
]

function controlPairs(weights: WeightSource, structure: UnetStructure): [string, string][] {
  const zero = Array.from({ length: countBelow(weights, 'zero_convs.') }, (_, i): [string, string] => [
    `zero_convs.${i}.0`,
    `controlnet_down_blocks.${i}`,
  ])
  const hints = [...new Set([...weights.keys()].map((name) => /^input_hint_block\.(\d+)\./.exec(name)?.[1]))]
    .filter((index) => index !== undefined)
    .map(Number)
    .sort((a, b) => a - b)
  const hint = hints.map((index, i): [string, string] => {
    const part = i === 0 ? 'conv_in' : i === hints.length - 1 ? 'conv_out' : `blocks.${i - 1}`
    return [`input_hint_block.${index}`, `controlnet_cond_embedding.${part}`]
  })
  return [...zero, ...hint, ['middle_block_out.0', 'controlnet_mid_block'], ...blockPairs(structure)]
}

/** ldm / sgm names (below `model.diffusion_model.` or `control_model.`) as diffusers' names. */
export function fromLdmUnet(weights: WeightSource): Map<string, Weight> {
  const structure = structureOfLdm(weights)
  const blocks = [...outerPairs, ...controlPairs(weights, structure)]
  const prefixes = new Map(blocks)
  return renamed(weights, (name) => {
    // The longest prefix that is known: `input_blocks.3.0.op` before `input_blocks.3.0`.
    for (let end = name.lastIndexOf('.'); end > 0; end = name.lastIndexOf('.', end - 1)) {
      const target = prefixes.get(name.slice(0, end))
      if (target === undefined) continue
      const rest = name.slice(end + 1)
      const inner = target.includes('.resnets.')
        ? resnetPairs.find(([part]) => rest.startsWith(`${part}.`))
        : undefined
      return inner === undefined
        ? `${target}.${rest}`
        : `${target}.${inner[1]}.${rest.slice(inner[0].length + 1)}`
    }
    return undefined
  })
}
