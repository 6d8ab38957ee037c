import type { ExportMetadata } from '../../contract/export'
import type { Image } from '../../contract/image'

/** One thing that will be in the file besides its pixels. */
export type Inside = { name: string; value: string }

/** The same fields that the core writes (core/export/picture-metadata.ts), to be read before anything is written. */
export function insideOf(image: Image, metadata: ExportMetadata, version: string): Inside[] {
  if (metadata === 'reproducible' && image.request !== undefined) {
    const fields: [string, string | number | undefined][] = [
      ['Prompt', image.prompt],
      ['Negative prompt', image.negativePrompt === '' ? undefined : image.negativePrompt],
      ['Steps', image.steps],
      ['Sampler', image.scheduler],
      ['CFG scale', image.guidanceScale],
      ['Seed', image.seed],
      ['Size', `${image.width}x${image.height}`],
      ['Model', image.model === '' ? undefined : image.model],
      ['Denoising strength', image.strength],
      ['Version', `Sanggar ${version}`],
    ]
    return fields.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: String(value) }]))
  }
  const sources: Partial<Record<Image['origin'], string>> = {
    made: 'trainedAlgorithmicMedia',
    edited: 'compositeWithTrainedAlgorithmicMedia',
    enhanced: 'algorithmicallyEnhanced',
  }
  const source = sources[image.origin]
  return metadata === 'disclosed' && source ? [{ name: 'IPTC DigitalSourceType', value: source }] : []
}

export const patternParts = [
  '[date]',
  '[time]',
  '[seed]',
  '[model]',
  '[id]',
  '[width]',
  '[height]',
  '[number]',
] as const

/** How the first file will be called. */
export function exampleName(pattern: string, image: Image, extension: string): string {
  const made = new Date(image.createdAt)
  const two = (value: number) => String(value).padStart(2, '0')
  const values: Record<string, string> = {
    '[date]': `${made.getFullYear()}-${two(made.getMonth() + 1)}-${two(made.getDate())}`,
    '[time]': `${two(made.getHours())}${two(made.getMinutes())}${two(made.getSeconds())}`,
    '[seed]': image.seed ?? 'noseed',
    '[model]': image.model === '' ? 'nomodel' : image.model,
    '[id]': image.id,
    '[width]': String(image.width),
    '[height]': String(image.height),
    '[number]': '00001',
  }
  return `${pattern.replaceAll(/\[[a-z]+\]/g, (part) => values[part] ?? part)}.${extension}`
}
