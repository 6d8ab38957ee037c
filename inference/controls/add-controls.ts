import { SanggarError } from '../../contract/errors.ts'
import { type Component, type ComponentName, type ModelParts } from '../model-parts.ts'
import { openControlNet } from './open-control-net.ts'
import { residualsIn } from './residual-names.ts'

const slots = ['controlnet', 'controlnet_1', 'controlnet_2', 'controlnet_3'] as const

/** Whether the denoiser takes what ControlNets give. */
export function listens({ components: { unet } }: ModelParts): boolean {
  return residualsIn(unet?.inputs ?? []).length > 0
}

/**
 * The model with the ControlNets of these files besides what it has; its denoiser must listen already.
 * Throws what `openControlNet` throws, and 'control-mismatch' for one that was made for another family.
 */
export async function addControls(parts: ModelParts, paths: readonly string[]): Promise<ModelParts> {
  const components = { ...parts.components }
  const controlNames: Record<string, ComponentName> = {}
  const free = slots.filter((slot) => components[slot] === undefined)
  for (const path of new Set(paths)) {
    const slot = free.shift()
    if (slot === undefined) throw mismatch(path, parts)
    const net = await openControlNet(path)
    if (!fits(net, components.unet)) throw mismatch(path, parts)
    components[slot] = net
    controlNames[path] = slot
  }
  return { ...parts, components, controlNames }
}

/** Text of the same width, and as many residuals as the UNet has levels to add them to. */
function fits(net: Component, unet: Component | undefined): boolean {
  if (unet === undefined) return false
  const [own, theirs] = [net, unet].map(({ shapes }) => shapes['encoder_hidden_states']?.[2])
  const sameText = typeof own !== 'number' || typeof theirs !== 'number' || own === theirs
  const wanted = residualsIn(unet.inputs).length
  const given = residualsIn(net.outputs).length
  const knowsText = net.inputs.includes('text_embeds') === unet.inputs.includes('text_embeds')
  return sameText && knowsText && wanted === given
}

function mismatch(control: string, { path }: ModelParts): SanggarError {
  return new SanggarError({ code: 'control-mismatch', control, model: path })
}
