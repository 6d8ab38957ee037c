import type { PictureForm } from '../../contract/export.ts'
import { type GenerateRequest, finishScale } from '../../contract/generation.ts'
import type { Image } from '../../contract/image.ts'
import { samplerIdOf, samplerName } from '../../contract/sampler-names.ts'
import { xmpPacket } from './xmp.ts'

/** The layout that AUTOMATIC1111's web UI writes and every other program reads back. */
export function parametersText(image: Image, version: string): string {
  const { scheduler, request } = image
  const asked = request?.kind === 'generate' ? request : undefined
  const enlarged = asked === undefined ? 1 : finishScale(asked.finish)
  const values: [string, string | number | undefined][] = [
    ['Steps', image.steps],
    // Under the name that other programs know ("Euler a"), whichever way it was recorded.
    ['Sampler', scheduler === undefined ? undefined : samplerName(samplerIdOf(scheduler) ?? scheduler)],
    ['CFG scale', asked?.guidance?.trueScale ?? image.guidanceScale],
    ['Distilled CFG Scale', asked?.guidance?.trueScale === undefined ? undefined : image.guidanceScale],
    ['CFG Rescale', asked?.guidance?.rescale],
    // Others count the layers that are read, from the end.
    ['Clip skip', asked?.clipSkip ? asked.clipSkip + 1 : undefined],
    // As SD.Next calls them.
    ...furtherIn(asked),
    ['Seed', image.seed],
    // The size that the model drew; what enlarged it afterwards is told as other programs tell it.
    ['Size', `${image.width / enlarged}x${image.height / enlarged}`],
    ['Hires upscale', enlarged === 1 ? undefined : enlarged],
    // The one that drew it, not one that enlarged it.
    ['Model', image.model === '' || image.origin === 'enhanced' ? undefined : quoted(image.model)],
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

function furtherIn(asked: GenerateRequest | undefined): [string, string | undefined][] {
  const { prompt2, prompt3, negativePrompt2, negativePrompt3 } = asked?.furtherPrompts ?? {}
  const said = (text: string | undefined) => (text === undefined || text === '' ? undefined : quoted(text))
  return [
    ['Prompt2', said(prompt2)],
    ['Prompt3', said(prompt3)],
    ['Negative2', said(negativePrompt2)],
    ['Negative3', said(negativePrompt3)],
  ]
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
  // What came in with another program's settings was drawn by a model as well; a photo says nothing of the kind.
  const brought = image.program === undefined ? undefined : 'trainedAlgorithmicMedia'
  const type = types[image.origin] ?? brought
  return type === undefined ? undefined : `http://cv.iptc.org/newscodes/digitalsourcetype/${type}`
}

export type EmbeddedMetadata = { parameters?: string; xmp?: string }

/** What a file will carry besides its pixels. */
export function metadataOf(
  image: Image,
  { metadata, author, licence }: Pick<PictureForm, 'metadata' | 'author' | 'licence'>,
  version: string,
): EmbeddedMetadata {
  const sourceType = metadata === 'disclosed' ? digitalSourceType(image) : undefined
  const xmp = xmpPacket({ sourceType, author, licence })
  const parameters =
    metadata === 'reproducible' && (image.prompt !== '' || image.steps !== undefined)
      ? parametersText(image, version)
      : undefined
  return {
    ...(parameters === undefined ? {} : { parameters }),
    ...(xmp === undefined ? {} : { xmp }),
  }
}
