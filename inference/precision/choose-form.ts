import type { FormCosts } from './form-costs.ts'
import type { LayerError } from './layer-errors.ts'
import type { Form, QuantisedLayer } from './quantised-network.ts'

/** Every precision but the exact one. */
export type Reduced = 'balanced' | 'fast' | 'small'

/**
 * [Note: What carries the stream] Most layers of a UNet add something to a stream that goes on beside them, so that
 * what they round away is a part of a part. These are the stream itself, or are added to it undiminished: what they
 * round away stays to the end. In a UNet of SD 1.5's size they are 13 % of the work and make two thirds of the error
 * (docs/performance.md).
 */
const carriesStream = /(^|\.)(conv_shortcut|proj_in|proj_out|(down|up)samplers\.\d+\.conv)$/

/**
 * A layer whose output is off by more than this gets the next wider form. What is added to a stream may be a little
 * further off than what is passed on; where weights have 7 bits (see cpu-features.ts) all that carries the stream is
 * beyond `fastCarrier`, and fast stays below 8e-2.
 */
const bearable = {
  fast: 0.06,
  fastCarrier: 0.017,
  fastBesideWider: 0.02,
  addedBesideWider: 0.025,
  balanced: 0.03,
}

/** The two convolutions of a residual block: their output is added to what went around them. */
const isAdded = /\.resnets\.\d+\.conv[12]$/

/**
 * The least exact form that one layer bears, by what was measured of it. fast: one pass wherever that is bearable.
 * balanced, in a UNet: exact where the stream is carried, one pass where that is good, two elsewhere. balanced, in a
 * transformer: two passes everywhere, because real prompts raise outliers there that a calibration on noise does not
 * see. small: whatever goes into 4 bits does, because memory asks for it.
 */
export function wantedForm(
  precision: Reduced,
  network: string,
  { key: layer, bits }: Pick<QuantisedLayer, 'key' | 'bits'>,
  error: LayerError | undefined,
): Form {
  if (bits === 4) return 'small'
  if (error === undefined) return precision
  const wider: Form = error.balanced <= bearable.balanced ? 'balanced' : 'exact'
  const carries = network === 'unet' && carriesStream.test(layer)
  if (precision === 'fast' && carries && error.fast > bearable.fastCarrier) return 'exact'
  if (precision !== 'balanced') return error.fast <= bearable.fast ? 'fast' : wider
  if (network !== 'unet') return wider
  if (carries) return 'exact'
  const most = isAdded.test(layer) ? bearable.addedBesideWider : bearable.fastBesideWider
  return error.fast <= most ? 'fast' : wider
}

/** Bytes that kernels for Winograd's tiles may take beside the 8-bit weights. */
export const tiledBudget: Readonly<Record<Reduced, number>> = { fast: 0.75e9, balanced: 0.75e9, small: 0 }

/** Two passes are kept for their size, a quarter of exact's, when they take a little longer. */
const forSize = 1.15

/**
 * The wanted form, or one that is more exact and not slower on this processor. `tileable`: the layer is a convolution
 * for which there is room to run it by Winograd's tiles.
 */
export function fastestForm(
  wanted: Form,
  kind: QuantisedLayer['use']['kind'],
  costs: FormCosts,
  tileable: boolean,
): Form {
  const cost = wanted === 'fast' || wanted === 'balanced' ? costs[kind][wanted] : 1
  if (tileable && costs.conv.tiled < 1 && costs.conv.tiled <= cost) return 'tiled'
  return cost > (wanted === 'balanced' ? forSize : 1) ? 'exact' : wanted
}

/** Whether `wantedForm` looks at what activations do. */
export function needsMeasuring(
  precision: Reduced,
  network: string,
  layers: readonly Pick<QuantisedLayer, 'bits'>[],
): boolean {
  if (!layers.some(({ bits }) => bits === 8)) return false
  return precision !== 'balanced' || network === 'unet'
}
