import { requirePrompt, type LoraMention, type PromptPart } from '../../contract/prompt-syntax.ts'
import { droppedText } from '../tokenizers/dropped-text.ts'
import type { Tokenizer } from '../tokenizers/tokenizer.ts'

/** CLIP reads 77 tokens at a time, of which the first and the last are its own. */
const chunkLength = 75
/** How far back a comma may lie for a chunk to end there: A1111's default. */
const commaReach = 20

/** One call of the text encoder: 77 ids with a weight each. */
export type PromptChunk = { ids: number[]; weights: number[] }

/** A textual inversion: the placeholder ids of its vectors, as tokenizer.addTokens gave them. */
export type Embedding = { name: string; ids: number[] }

export type PromptPlan = {
  chunks: PromptChunk[]
  loras: LoraMention[]
  /** tokens of the prompt itself, over all chunks */
  tokenCount: number
  /** names after `embedding:` that nobody knows; their letters were taken as words */
  unknownEmbeddings: string[]
  /** what did not fit into `maximumChunks`, and where it begins in the prompt */
  cutOff?: { text: string; start: number }
}

type Unit = { ids: readonly number[]; weight: number; part: number }

/**
 * A prompt in A1111's language as calls of a CLIP text encoder: chunks of 75 tokens that end at a comma where
 * one is near, or at BREAK, each with its own bos and eos. The embeddings of the chunks are joined along the
 * sequence after `applyWeights`.
 *
 * @throws SanggarError prompt-syntax
 */
export function planPrompt(
  prompt: string,
  tokenizer: Tokenizer,
  options: { embeddings?: readonly Embedding[]; maximumChunks?: number } = {},
): PromptPlan {
  const { parts, loras } = requirePrompt(prompt)
  const find = embeddingFinder(tokenizer, options.embeddings ?? [])
  const unknownEmbeddings: string[] = []
  const [comma = -1] = tokenizer.encodeBare(',')
  const chunks = new Chunks(comma)
  for (const [part, content] of parts.entries()) {
    if (content.kind === 'break') chunks.finish()
    else if (content.kind === 'text')
      for (const ids of find.inside(tokenizer.encodeBare(content.text)))
        chunks.add({ ids, weight: content.weight, part })
    else {
      const ids = find.named(content.name)
      if (ids === undefined) unknownEmbeddings.push(content.name)
      for (const found of ids === undefined ? find.inside(tokenizer.encodeBare(content.name)) : [ids])
        chunks.add({ ids: found, weight: content.weight, part })
    }
  }
  if (!chunks.empty || chunks.done.length === 0) chunks.finish()
  const limit = options.maximumChunks ?? Infinity
  const kept = chunks.done.slice(0, limit)
  const plan = {
    chunks: kept.map((units) => framed(units, tokenizer)),
    loras,
    tokenCount: kept.reduce((sum, units) => sum + idsOf(units).length, 0),
    unknownEmbeddings,
  }
  const countUnits = (text: string): number => find.inside(tokenizer.encodeBare(text)).length
  const cutOff =
    chunks.done.length > limit ? findCutOff(prompt, parts, kept, chunks.done, countUnits) : undefined
  return cutOff === undefined ? plan : { ...plan, cutOff }
}

/** A chunk without words, to bring a shorter prompt to the length of its partner. */
export function emptyChunk(tokenizer: Tokenizer): PromptChunk {
  return framed([], tokenizer)
}

const idsOf = (units: readonly Unit[]): number[] => units.flatMap(({ ids }) => ids)

/** Fills chunk after chunk; an embedding is never torn apart unless it is longer than a chunk. */
class Chunks {
  readonly done: Unit[][] = []
  private readonly comma: number
  private current: Unit[] = []
  private length = 0
  /** units of the current chunk up to and with its last comma */
  private afterComma = 0

  constructor(comma: number) {
    this.comma = comma
  }

  get empty(): boolean {
    return this.length === 0
  }

  finish(carried: Unit[] = []): void {
    this.done.push(this.current)
    this.current = []
    this.length = 0
    this.afterComma = 0
    for (const unit of carried) this.append(unit)
  }

  add(unit: Unit): void {
    const isComma = unit.ids.length === 1 && unit.ids[0] === this.comma
    if (!isComma && this.length === chunkLength && this.afterComma > 0) {
      const tail = this.current.slice(this.afterComma)
      // A1111 counts from the comma itself, hence the one.
      if (idsOf(tail).length + 1 <= commaReach) {
        this.current.length = this.afterComma
        this.finish(tail)
      }
    }
    const full = this.length > 0 && this.length + unit.ids.length > chunkLength
    if (full) this.finish()
    for (let start = 0; start < unit.ids.length; start += chunkLength) {
      if (start > 0) this.finish()
      this.append({ ...unit, ids: unit.ids.slice(start, start + chunkLength) })
    }
    // A comma that opens a chunk is not remembered, by A1111 neither.
    if (isComma && !full) this.afterComma = this.current.length
  }

  private append(unit: Unit): void {
    this.current.push(unit)
    this.length += unit.ids.length
  }
}

function framed(units: readonly Unit[], tokenizer: Tokenizer): PromptChunk {
  const [bos = tokenizer.padId, eos = tokenizer.padId] = [tokenizer.bosId, tokenizer.eosId]
  const ids = idsOf(units)
  const weights = units.flatMap(({ ids: own, weight }) => own.map(() => weight))
  const rest = chunkLength - ids.length
  return {
    ids: [bos, ...ids, eos, ...Array.from({ length: rest }, () => tokenizer.padId)],
    weights: [1, ...weights, 1, ...Array.from({ length: rest }, () => 1)],
  }
}

type Finder = {
  /** the ids of a text, an embedding's all together wherever its name stands */
  inside(ids: number[]): number[][]
  named(name: string): number[] | undefined
}

/** Embeddings by name; in running text they are recognised by the tokens of their name, the longest first. */
function embeddingFinder(tokenizer: Tokenizer, embeddings: readonly Embedding[]): Finder {
  const byName = new Map(embeddings.map(({ name, ids }) => [name.toLowerCase(), ids]))
  const spelled = embeddings
    .map(({ name, ids }) => ({ spelling: tokenizer.encodeBare(name), ids }))
    .filter(({ spelling }) => spelling.length > 0)
    .sort((a, b) => b.spelling.length - a.spelling.length)
  return {
    named: (name) =>
      byName.get(name.toLowerCase()) ?? byName.get(name.toLowerCase().replace(/\.(pt|bin|safetensors)$/, '')),
    inside: (ids) => {
      const found: number[][] = []
      for (let at = 0; at < ids.length;) {
        const match = spelled.find(({ spelling }) => spelling.every((id, index) => ids[at + index] === id))
        found.push(match === undefined ? [ids[at] as number] : match.ids)
        at += match === undefined ? 1 : match.spelling.length
      }
      return found
    },
  }
}

/** The prompt from the first word that is not in the kept chunks. */
function findCutOff(
  prompt: string,
  parts: PromptPart[],
  kept: Unit[][],
  all: Unit[][],
  countUnits: (text: string) => number,
): { text: string; start: number } | undefined {
  const index = all.slice(kept.length).flat()[0]?.part
  const part = index === undefined ? undefined : parts[index]
  if (part === undefined) return undefined
  let start = 0
  if (part.kind === 'text') {
    const room = kept.flat().filter((unit) => unit.part === index).length
    const rest = droppedText(part.text, room, countUnits)
    start = part.offsets[part.text.length - rest.length] ?? prompt.length
  } else start = part.start
  return { text: prompt.slice(start), start }
}
