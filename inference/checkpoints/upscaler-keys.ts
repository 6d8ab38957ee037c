import { SanggarError } from '../../contract/errors.ts'
import { below, renamed, type Weight, type WeightSource } from '../graph/weights.ts'
import { upscalerPrefixes } from './probe-upscaler.ts'

export type UpscalerWeights = { family: 'esrgan' | 'srvgg'; weights: Map<string, Weight> }

/** Real-ESRGAN's names; only the enlarging convolutions are counted instead of named. */
function fromNew(weights: WeightSource): Map<string, Weight> {
  return renamed(weights, (name) =>
    name.replace(/^conv_up(\d)\./, (_, number: string) => `ups.${Number(number) - 1}.`),
  )
}

/** The first release: RRDB_trunk.N.RDB1.conv1, trunk_conv, upconv1, HRconv. */
function fromFirst(weights: WeightSource): Map<string, Weight> {
  return renamed(weights, (name) =>
    name
      .replace(/^RRDB_trunk\.(\d+)\.RDB(\d)\./, 'body.$1.rdb$2.')
      .replace(/^trunk_conv\./, 'conv_body.')
      .replace(/^upconv(\d)\./, (_, number: string) => `ups.${Number(number) - 1}.`)
      .replace(/^HRconv\./, 'conv_hr.'),
  )
}

/** The names of a plain nn.Sequential: model.0, model.1.sub.N.RDB1.conv1.0, then numbered convolutions. */
function fromOld(weights: WeightSource): Map<string, Weight> {
  const outer: number[] = []
  let blocks = 0
  for (const name of weights.keys()) {
    const number = /^model\.(\d+)\.weight$/.exec(name)?.[1]
    if (number !== undefined && number !== '0') outer.push(Number(number))
    const block = /^model\.1\.sub\.(\d+)\.weight$/.exec(name)?.[1]
    if (block !== undefined) blocks = Number(block)
  }
  outer.sort((a, b) => a - b)
  const names = outer.map((_, i) => {
    if (i === outer.length - 1) return 'conv_last'
    return i === outer.length - 2 ? 'conv_hr' : `ups.${i}`
  })
  return renamed(weights, (name) =>
    name
      .replace(/^model\.0\./, 'conv_first.')
      .replace(new RegExp(`^model\\.1\\.sub\\.${blocks}\\.(weight|bias)$`), 'conv_body.$1')
      .replace(/^model\.1\.sub\.(\d+)\.RDB(\d)\.conv(\d)\.0\./, 'body.$1.rdb$2.conv$3.')
      .replace(/^model\.(\d+)\.(weight|bias)$/, (_, number: string, part: string) => {
        return `${names[outer.indexOf(Number(number))] ?? `model.${number}`}.${part}`
      }),
  )
}

/** An upscaler's tensors under one set of names; throws 'model-unsupported' for other architectures. */
export function canonicalUpscaler(file: WeightSource, path: string): UpscalerWeights {
  for (const prefix of upscalerPrefixes) {
    const weights = prefix === '' ? file : below(file, prefix)
    if (weights.has('body.0.rdb1.conv1.weight') && weights.has('conv_first.weight')) {
      return { family: 'esrgan', weights: fromNew(weights) }
    }
    if (weights.has('RRDB_trunk.0.RDB1.conv1.weight'))
      return { family: 'esrgan', weights: fromFirst(weights) }
    if (weights.has('model.1.sub.0.RDB1.conv1.0.weight'))
      return { family: 'esrgan', weights: fromOld(weights) }
    if (
      weights.get('body.0.weight')?.shape.length === 4 &&
      weights.get('body.1.weight')?.shape.length === 1
    ) {
      return { family: 'srvgg', weights: new Map(weights) }
    }
  }
  throw new SanggarError({ code: 'model-unsupported', path, kind: 'upscaler', reason: 'family-unsupported' })
}
