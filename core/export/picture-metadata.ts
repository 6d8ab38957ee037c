import type { ExportMetadata } from '../../contract/export.ts'
import type { Image } from '../../contract/image.ts'

/** `schedulerLabel` is the name that other programs know ("Euler a"). */
export function parametersText(image: Image, version: string): string {
  // The layout that AUTOMATIC1111's web UI writes and every other program reads back.
  const values: [string, string | number | undefined][] = [
    ['Steps', image.steps],
    ['Sampler', image.scheduler],
    ['CFG scale', image.guidanceScale],
    ['Seed', image.seed],
    ['Size', `${image.width}x${image.height}`],
    ['Model', image.model === '' ? undefined : quoted(image.model)],
    ['Denoising strength', image.strength],
    ['Version', `Sanggar ${version}`],
  ]
  const settings = values
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')
  const negative = image.negativePrompt === '' ? [] : [`Negative prompt: ${image.negativePrompt}`]
  return [image.prompt, ...negative, settings].join('\n')
}

function quoted(value: string): string {
  return /[,:\n"]/.test(value) ? JSON.stringify(value) : value
}

/** IPTC's words for how a picture came about (cv.iptc.org/newscodes/digitalsourcetype). */
export function digitalSourceType(image: Image): string | undefined {
  const types: Partial<Record<Image['origin'], string>> = {
    made: 'trainedAlgorithmicMedia',
    edited: 'compositeWithTrainedAlgorithmicMedia',
    enhanced: 'algorithmicallyEnhanced',
  }
  const type = types[image.origin]
  return type === undefined ? undefined : `http://cv.iptc.org/newscodes/digitalsourcetype/${type}`
}

/** The XMP packet that discloses a made picture and nothing else; undefined when there is nothing to disclose. */
export function disclosurePacket(image: Image): string | undefined {
  const type = digitalSourceType(image)
  if (type === undefined) return undefined
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
    ` Iptc4xmpExt:DigitalSourceType="${type}"/>`,
    '</rdf:RDF></x:xmpmeta>',
    '<?xpacket end="w"?>',
  ].join('\n')
}

export type EmbeddedMetadata = { parameters?: string; xmp?: string }

/** What a file will carry besides its pixels. */
export function metadataOf(image: Image, choice: ExportMetadata, version: string): EmbeddedMetadata {
  if (choice === 'reproducible' && image.request !== undefined) {
    return { parameters: parametersText(image, version) }
  }
  const xmp = choice === 'disclosed' ? disclosurePacket(image) : undefined
  return xmp === undefined ? {} : { xmp }
}
