import { BPE, WordPiece } from './library.ts'
import { findAddedTokens, type Section } from './added-tokens.ts'
import { readNormalizer } from './normalizers.ts'
import { readPreTokenizer } from './pre-tokenizers.ts'
import type { AddedToken, Component, TokenizerJson } from './tokenizer-json.ts'
import { readUnigram } from './unigram.ts'

export type Encoder = {
  encode(text: string): number[]
  add(token: AddedToken): void
  idOf(token: string): number | undefined
  /** as idOf, but only of tokens that were added to the vocabulary */
  addedIdOf(token: string): number | undefined
  /** ids of special tokens around every text */
  before: number[]
  after: number[]
  /** the first id that nothing uses */
  next(): number
}

/**
 * Text to ids: added tokens in what was typed, normaliser, added tokens in the normalised text,
 * pre-tokenizer, model; the order is that of the Rust library `tokenizers`.
 *
 * @throws Error when the description makes no sense
 */
export function createEncoder(json: TokenizerJson): Encoder {
  const normalize = readNormalizer(json.normalizer)
  const preTokenize = readPreTokenizer(json.pre_tokenizer)
  const { encodeWord, ids } = readModel(json.model)
  const added: AddedToken[] = []
  let findTyped: ((text: string) => Section[]) | undefined
  let findNormalised: ((text: string) => Section[]) | undefined

  const build = (): void => {
    const inNormalised = (token: AddedToken): boolean => token.normalized ?? !token.special
    findTyped = findAddedTokens(
      added.filter((token) => !inNormalised(token)).map((token) => ({ token, content: token.content })),
    )
    findNormalised = findAddedTokens(
      added.filter(inNormalised).map((token) => ({ token, content: normalize(token.content) })),
    )
  }
  const add = (token: AddedToken): void => {
    added.push(token)
    ids.set(token.content, token.id)
    findTyped = undefined
  }
  for (const token of json.added_tokens ?? []) add(token)

  return {
    ...readFrame(json.post_processor),
    add,
    idOf: (token) => ids.get(token),
    addedIdOf: (token) => added.find(({ content }) => content === token)?.id,
    next: () => [...ids.values()].reduce((highest, id) => Math.max(highest, id), -1) + 1,
    encode: (typed) => {
      if (findTyped === undefined || findNormalised === undefined) build()
      const result: number[] = []
      let first = true
      for (const outer of findTyped?.(typed.toWellFormed()) ?? []) {
        const inner = outer.id === undefined ? (findNormalised?.(normalize(outer.text)) ?? []) : [outer]
        for (const section of inner) {
          if (section.id !== undefined) result.push(section.id)
          else
            for (const word of preTokenize(section.text, first))
              for (const id of encodeWord(word)) result.push(id)
          first = false
        }
      }
      return result
    },
  }
}

type Model = { encodeWord: (word: string) => readonly number[]; ids: Map<string, number> }

function readModel(model: TokenizerJson['model']): Model {
  if (model.type === 'Unigram') {
    const ids = new Map(model.vocab.map(([piece], index) => [piece, index]))
    return { encodeWord: readUnigram(model), ids }
  }
  const library = model.type === 'BPE' ? new BPE(model) : new WordPiece(model)
  const ids = library.tokens_to_ids
  const words = new Map(ids)
  const unknown = library.unk_token_id
  const fuseUnknown = model['fuse_unk'] === true
  return {
    ids,
    encodeWord: (word) => {
      if (word === '') return []
      const found: number[] = []
      for (const piece of library.encode([word])) {
        const id = words.get(piece) ?? unknown
        if (id === undefined) continue
        if (fuseUnknown && id === unknown && found.at(-1) === unknown) continue
        found.push(id)
      }
      return found
    },
  }
}

/** Which special tokens a post-processor puts before and after a single text. */
function readFrame(config: Component | null | undefined): { before: number[]; after: number[] } {
  const before: number[] = []
  const after: number[] = []
  const pair = (value: unknown): number[] =>
    Array.isArray(value) && Number.isInteger(value[1]) ? [Number(value[1])] : []
  switch (config?.type) {
    case 'RobertaProcessing':
    case 'BertProcessing':
      return { before: pair(config['cls']), after: pair(config['sep']) }
    case 'Sequence':
      for (const part of listOf<Component>(config['processors'])) {
        const frame = readFrame(part.type === 'Sequence' ? undefined : part)
        before.unshift(...frame.before)
        after.push(...frame.after)
      }
      return { before, after }
    case 'TemplateProcessing': {
      const special = (config['special_tokens'] ?? {}) as Record<string, { ids?: unknown } | undefined>
      let side = before
      for (const item of listOf<{ SpecialToken?: { id?: string }; Sequence?: unknown }>(config['single'])) {
        if (item.Sequence !== undefined) side = after
        const ids = listOf<number>(special[String(item.SpecialToken?.id)]?.ids)
        if (item.SpecialToken !== undefined) side.push(...ids.filter((id) => Number.isInteger(id)))
      }
      return { before, after }
    }
    default:
      return { before, after }
  }
}

function listOf<Item>(value: unknown): Item[] {
  return Array.isArray(value) ? (value as Item[]).filter((item) => item !== null && item !== undefined) : []
}
