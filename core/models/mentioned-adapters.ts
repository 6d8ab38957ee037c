import path from 'node:path'
import { SanggarError } from '../../contract/errors.ts'
import { everyPrompt, positivePrompts } from '../../contract/further-prompts.ts'
import type { GenerateRequest } from '../../contract/generation.ts'
import type { Model } from '../../contract/model.ts'
import { parsePrompt } from '../../contract/prompt-syntax.ts'

type AdapterUse = GenerateRequest['adapters'][number]

/**
 * The adapters of a request with those that its prompts name: `<lora:name:0.8>`, `embedding:name`, and learned words
 * written as they are. A name in the prompt wins over the picker.
 *
 * @throws SanggarError model-not-found for a LoRA that is not here: without it the picture would be another one
 */
export function mentionedAdapters(request: GenerateRequest, models: readonly Model[]): AdapterUse[] {
  const here = models.filter(({ state }) => state === 'ready')
  const uses = new Map(request.adapters.map((use) => [use.id, use]))
  for (const { name, scale } of positivePrompts(request).flatMap((prompt) => parsePrompt(prompt).loras)) {
    const found = here.find(
      (model) => model.passport.kind === 'adapter' && namesOf(model).includes(name.toLowerCase()),
    )
    if (found === undefined) throw new SanggarError({ code: 'model-not-found', model: name })
    uses.set(found.id, { id: found.id, scale: Math.min(Math.max(scale, -4), 4) })
  }
  const drawing = here.find(({ id, passport }) => id === request.model || passport.path === request.model)
  if (drawing === undefined) return [...uses.values()]
  const named = everyPrompt(request).flatMap(embeddingsIn)
  // A word may happen to be a file's name. Not every exported graph can take one: there only `embedding:` counts.
  const words = drawing.passport.layout !== 'onnx-folder'
  const text = everyPrompt(request).join(' ').toLowerCase()
  for (const model of here) {
    if (model.passport.kind !== 'embedding' || uses.has(model.id)) continue
    if (!['', 'unknown', drawing.passport.family].includes(model.passport.family)) continue
    const isMeant = (name: string) => named.includes(name) || (words && hasWord(text, name))
    if (namesOf(model).some(isMeant)) uses.set(model.id, { id: model.id, scale: 1 })
  }
  return [...uses.values()]
}

function embeddingsIn(prompt: string): string[] {
  return parsePrompt(prompt).parts.flatMap((part) =>
    part.kind === 'embedding' ? part.name.toLowerCase() : [],
  )
}

/** What a prompt may call it: the file's name as other programs do, or the name that is shown. */
function namesOf({ id, name, passport }: Model): string[] {
  return [path.parse(passport.path).name, name, id].map((one) => one.toLowerCase())
}

function hasWord(text: string, word: string): boolean {
  const letter = /[\p{L}\p{N}_]/u
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!letter.test(text[at - 1] ?? ' ') && !letter.test(text[at + word.length] ?? ' ')) return true
  }
  return false
}
