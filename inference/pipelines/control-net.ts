import { SanggarError } from '../../contract/errors.ts'
import type { ComponentName } from '../model-parts.ts'
import type { Feed } from '../session.ts'
import type { Tensor } from '../tensor.ts'
import { listens } from '../controls/add-controls.ts'
import { residualsIn } from '../controls/residual-names.ts'
import { checkOutput } from './output-check.ts'
import type { Control, PictureRequest, Prepared, RunContext } from './pipeline.ts'

type Feeds = Record<string, Feed>
type Residuals = Record<string, Tensor>

/**
 * Residuals of all ControlNets for one half of a step, under the names of the UNet's inputs.
 * Zhang et al. 2023, https://arxiv.org/abs/2302.05543; guess mode is section "Non-prompt mode" of its code:
 * residual i of n is scaled by 10^(-1 + i/(n-1)) and the unconditional half sees none.
 */
export function controlNets(
  context: RunContext,
  request: PictureRequest,
  prepared: Prepared,
): (feeds: Feeds, index: number, conditional: boolean) => Promise<Residuals> {
  const { controls = [], guessMode = false } = request
  const heard = listens(context.sessions.parts)
  const orphan = controls.some((control, i) => !context.sessions.has(netOf(context, control, i)))
  if (orphan || (!heard && controls.length > 0)) {
    const model = context.sessions.parts.path
    throw new SanggarError({ code: 'capability-missing', model, capability: 'controls' })
  }
  if (!heard) return () => Promise.resolve({})
  // A UNet with residual inputs wants them even when nothing controls it: a net at scale 0 gives the shapes.
  const acting = controls.length > 0 ? controls : [blank(request)]

  return async (feeds, index, conditional) => {
    const [at, count] = [index - prepared.begin, prepared.calls - prepared.begin]
    let sum: Residuals | undefined
    for (const [i, control] of acting.entries()) {
      const inWindow = at / count >= control.start && (at + 1) / count <= control.end
      const silent = !inWindow || (guessMode && !conditional)
      const residuals = await run(
        context,
        netOf(context, control, i),
        feeds,
        control,
        silent ? 0 : control.scale,
        guessMode,
      )
      sum = sum === undefined ? residuals : added(sum, residuals)
    }
    return sum ?? {}
  }
}

/** The net of control `i`: the one it names, its own where the model has several, else the one net for all. */
function netOf(context: RunContext, { net }: Control, i: number): ComponentName {
  if (net !== undefined) return net
  const own = `controlnet_${i}` as ComponentName
  return i > 0 && context.sessions.has(own) ? own : 'controlnet'
}

function blank({ width, height }: PictureRequest): Control {
  const image = { width, height, channels: 3, data: new Float32Array(3 * width * height) }
  return { image, scale: 0, start: 0, end: 1 }
}

async function run(
  context: RunContext,
  name: ComponentName,
  feeds: Feeds,
  control: Control,
  scale: number,
  guessMode: boolean,
): Promise<Residuals> {
  await context.pause()
  const session = await context.sessions.session(name)
  const { image } = control
  const answer = await session.run({
    ...feeds,
    controlnet_cond: { data: image.data, shape: [1, image.channels, image.height, image.width] },
    conditioning_scale: { scalar: 1 },
  })
  const names = residualsIn(session.outputs.map((port) => port.name))
  const heard = residualsIn(context.sessions.parts.components.unet?.inputs ?? [])
  const last = names.length - 1
  const residuals: Residuals = {}
  names.forEach((output, i) => {
    const tensor = answer[output] as Tensor
    checkOutput(tensor.data, name)
    const factor = guessMode && last > 0 ? scale * 10 ** (-1 + i / last) : scale
    for (let k = 0; k < tensor.data.length; k++) tensor.data[k] = (tensor.data[k] as number) * factor
    residuals[heard[i] ?? output] = tensor
  })
  return residuals
}

function added(sum: Residuals, more: Residuals): Residuals {
  for (const [name, tensor] of Object.entries(sum)) {
    const other = more[name]
    if (other === undefined) continue
    for (let i = 0; i < tensor.data.length; i++) {
      tensor.data[i] = (tensor.data[i] as number) + (other.data[i] as number)
    }
  }
  return sum
}
