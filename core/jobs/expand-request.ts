import { randomBytes } from 'node:crypto'
import { expandPrompt, seededRandom } from '../../contract/dynamic-prompt.ts'
import { everyPrompt, withPrompts } from '../../contract/further-prompts.ts'
import type { GenerateRequest, JobRequest } from '../../contract/generation.ts'
import { parsePrompt } from '../../contract/prompt-syntax.ts'
import { seedsOf } from '../models/task.ts'
import { newId } from '../vault/identifier.ts'

type Lines = (name: string) => readonly string[] | undefined

/**
 * What is really to be made: choices `{a|b}` and wildcards are settled here, once, by each picture's own seed, so
 * that the same seed gives the same words and what a picture remembers is what it was made from. Several pictures
 * of such a prompt become one job each, told together by their `batch`.
 *
 * @throws SanggarError prompt-syntax when lists contain each other without end
 */
export function expandRequest(request: JobRequest, lines: Lines): JobRequest[] {
  if (request.kind !== 'generate' || !everyPrompt(request).some(isDynamic)) return [request]
  const first = request.seed ?? String(randomBytes(4).readUInt32BE(0))
  const batch = newId()
  return seedsOf(first, request.count).map((seed, index) => {
    const random = seededRandom(seed)
    const settled = (text: string) => expandPrompt(text, { random, wildcard: lines }).text
    const one: GenerateRequest = { ...withPrompts(request, settled), seed, count: 1 }
    if (request.batch !== undefined || request.count === 1) return one
    const value = one.prompt.slice(0, 200)
    return { ...one, batch: { id: batch, axis: 'prompt', index, total: request.count, value } }
  })
}

export function isDynamic(prompt: string): boolean {
  return parsePrompt(prompt).tokens.some(({ kind }) => kind === 'choice' || kind === 'wildcard')
}
