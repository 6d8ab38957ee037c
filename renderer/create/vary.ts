import { type GenerateRequest, type JobRequestInput, finishScale } from '../../contract/generation'
import type { Image } from '../../contract/image'
import type { Model } from '../../contract/model'

export type Amount = 'subtle' | 'strong'

/** How far the noise is turned, 0 to 1, and for a model that hardly heeds it, how loosely it follows the prompt. */
type Turn = { strength: number; guidanceScale?: number }

/**
 * By kind of model, since the same turn shows differently. With many steps the noise decides the composition, and
 * A1111's customary amounts are right. Models distilled to a few steps come to nearly one picture per prompt and need
 * more. The starter draws what the prompt says at fixed places, whatever the noise: only what the prompt leaves open
 * can change, so even "a lot" is another seed altogether, and without guidance that would pull it back.
 */
const turns: Record<'many' | 'few' | 'starter', Record<Amount, Turn>> = {
  many: { subtle: { strength: 0.15 }, strong: { strength: 0.4 } },
  few: { subtle: { strength: 0.3 }, strong: { strength: 0.7 } },
  starter: { subtle: { strength: 0.4 }, strong: { strength: 1, guidanceScale: 1 } },
}
const fewSteps = 10
/** how much of a picture that is started from may change */
const changed: Record<Amount, number> = { subtle: 0.35, strong: 0.6 }
const pictures = 4

export function turnOf(model: Model, amount: Amount): Turn {
  const few = (model.limits?.defaultSteps ?? Infinity) <= fewSteps
  const kind = model.passport.family === 'starter' ? 'starter' : few ? 'few' : 'many'
  return turns[kind][amount]
}

/** What belongs to how a picture was made, for its own model: without it the adapters' look would be gone. */
function asMade(made: GenerateRequest, image: Image) {
  const { adapters, clipSkip, guidance, guidanceScale, scheduler, steps, finish, furtherPrompts } = made
  const scale = finishScale(finish)
  return {
    adapters,
    clipSkip,
    scheduler,
    finish,
    // As it was drawn: what was enlarged is not enlarged twice.
    ...(scale > 1 && { width: image.width / scale, height: image.height / scale }),
    ...(guidance && { guidance }),
    ...(guidanceScale !== undefined && { guidanceScale }),
    ...(steps !== undefined && { steps }),
    ...(furtherPrompts && { furtherPrompts }),
  }
}

/**
 * Pictures like this one. One that a seed made is made again from noise turned towards other seeds; one that began as
 * another picture, that is a variation already, or that was brought in is started from itself. Undefined where no
 * model here can do it.
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
    const { strength, ...looser } = turnOf(model, amount)
    return {
      ...request,
      ...looser,
      seed: image.seed,
      count: pictures,
      variation: { seed: newSeed, strength },
    }
  }
  const painter = [model, ...models].find(
    (one) => one?.state === 'ready' && one.passport.capabilities.includes('image-to-image'),
  )
  if (painter === undefined) return undefined
  return {
    ...(made && painter === model && asMade(made, image)),
    kind: 'generate',
    model: painter.id,
    prompt: image.prompt,
    negativePrompt: image.negativePrompt,
    count: pictures,
    image: { id: image.id, strength: changed[amount] },
  }
}
