import { SanggarError } from '../../contract/errors.ts'
import { cannyEdges } from '../images/canny.ts'
import { feathered, maskPlane } from '../images/mask.ts'
import { maskedRegion, pasteBack } from '../images/only-masked.ts'
import type { Pixels } from '../images/pixels.ts'
import { crop, place } from '../images/placement.ts'
import { toSigned, toUnit } from '../images/planes.ts'
import type { ModelParts } from '../model-parts.ts'
import type { PictureRequest } from '../pipelines/pipeline.ts'
import type { GenerateTask } from '../protocol.ts'
import type { Size } from './picture-request.ts'

export type Source = {
  inputs: Pick<PictureRequest, 'image' | 'mask' | 'strength'>
  /** lays what was painted over the original, outside the mask untouched */
  finish(painted: Pixels): Pixels
}

/** Picture and mask of a task as the networks take them. Throws 'picture-required', 'picture-unreadable', 'mask-empty'. */
export function prepareSource({ image, mask }: GenerateTask, size: Size): Source {
  if (image === undefined) {
    if (mask !== undefined) throw new SanggarError({ code: 'picture-required' })
    return { inputs: {}, finish: (painted) => painted }
  }
  const original: Pixels = { width: image.width, height: image.height, channels: 3, data: image.rgb }
  checkLength(original)
  const { strength, resize } = image
  if (mask === undefined) {
    const placed = place(original, size.width, size.height, resize)
    return { inputs: { image: toSigned(placed), strength }, finish: (painted) => painted }
  }
  const gray: Pixels = { width: mask.width, height: mask.height, channels: 1, data: mask.gray }
  checkLength(gray)
  // A mask belongs to the picture: it goes wherever the picture goes.
  const fitting = place(gray, original.width, original.height, 'stretch')
  if (fitting.data.every((value) => value === 0)) throw new SanggarError({ code: 'mask-empty' })
  if (mask.onlyMasked) {
    const region = maskedRegion(fitting, mask.padding, size.width, size.height)
    if (region !== undefined) {
      const placed = place(crop(original, region), size.width, size.height, 'stretch')
      return {
        inputs: {
          image: toSigned(placed),
          mask: maskPlane(crop(fitting, region), size.width, size.height),
          strength,
        },
        finish: (painted) => pasteBack(original, painted, feathered(fitting, mask.feather), region),
      }
    }
  }
  const placed = place(original, size.width, size.height, resize)
  const placedMask = place(fitting, size.width, size.height, resize, 255)
  const whole = { left: 0, top: 0, ...size }
  return {
    inputs: { image: toSigned(placed), mask: maskPlane(placedMask, size.width, size.height), strength },
    finish: (painted) => pasteBack(placed, painted, feathered(placedMask, mask.feather), whole),
  }
}

/** What ControlNets follow, as they take it: in [0, 1], edges white on black. Throws 'picture-unreadable'. */
export function prepareControls(
  { controls = [] }: GenerateTask,
  size: Size,
  names: ModelParts['controlNames'] = {},
): Pick<PictureRequest, 'controls'> {
  if (controls.length === 0) return {}
  return {
    controls: controls.map(({ width, height, rgb, model, scale, start, end, resize, preprocess }) => {
      const picture: Pixels = { width, height, channels: 3, data: rgb }
      checkLength(picture)
      const placed = place(picture, size.width, size.height, resize)
      const net = model === undefined ? undefined : names[model]
      return {
        image: toUnit(preprocess === 'canny' ? cannyEdges(placed) : placed),
        ...(net === undefined ? {} : { net }),
        scale,
        start,
        end,
      }
    }),
  }
}

function checkLength({ width, height, channels, data }: Pixels): void {
  if (width < 1 || height < 1 || data.length !== width * height * channels) {
    throw new SanggarError({ code: 'picture-unreadable', name: `${width}x${height}` })
  }
}
