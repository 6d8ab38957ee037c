import type { JobRequestInput } from '../../contract/generation'
import type { Image } from '../../contract/image'
import type { Model } from '../../contract/model'

export type Amount = 'subtle' | 'strong'

/** How far the noise is turned, and how much of a finished picture may change. */
const turned: Record<Amount, number> = { subtle: 0.15, strong: 0.4 }
const changed: Record<Amount, number> = { subtle: 0.35, strong: 0.6 }
const pictures = 4

/**
 * Pictures like this one. One that a seed made is made again from noise turned a little towards other seeds; one
 * that began as another picture, that is a variation already, or that was brought in is started from itself.
 * Undefined where no model here can do it.
 */
export function variationRequest(
  image: Image,
  amount: Amount,
  models: readonly Model[],
  newSeed: string,
): JobRequestInput | undefined {
  const made = image.request?.kind === 'generate' ? image.request : undefined
  const model = models.find(({ id, state }) => id === made?.model && state === 'ready')
  if (made && model && image.seed !== undefined && made.image === undefined && made.variation === undefined) {
    const { batch: _batch, rulesConfirmed: _rules, incognito: _incognito, ...request } = made
    return {
      ...request,
      seed: image.seed,
      count: pictures,
      variation: { seed: newSeed, strength: turned[amount] },
    }
  }
  const painter = [model, ...models].find(
    (one) => one?.state === 'ready' && one.passport.capabilities.includes('image-to-image'),
  )
  if (painter === undefined) return undefined
  return {
    kind: 'generate',
    model: painter.id,
    prompt: image.prompt,
    negativePrompt: image.negativePrompt,
    count: pictures,
    image: { id: image.id, strength: changed[amount] },
  }
}
