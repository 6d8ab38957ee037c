import { z } from 'zod'

/** The parts of tokenizer.json that decide about ids; decoders and the like are ignored. */
export const componentSchema = z.looseObject({ type: z.string().max(100) })
export type Component = z.output<typeof componentSchema>

const largestId = 10_000_000
const idSchema = z.number().int().min(0).max(largestId)

export const addedTokenSchema = z.object({
  id: idSchema,
  content: z.string().min(1).max(10_000),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  special: z.boolean().default(false),
  /** matched in the normalised text instead of in what was typed */
  normalized: z.boolean().optional(),
})
export type AddedToken = z.output<typeof addedTokenSchema>

// Checked by hand: zod's report on 150 000 wrong entries would cost more than the tokenizer.
const vocabularySchema = z.custom<Record<string, number>>(isVocabulary, 'vocab is not a table of ids')
const mergesSchema = z.custom<string[] | [string, string][]>(isMerges, 'merges is not a list of pairs')

function isVocabulary(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every((id) => Number.isInteger(id) && id >= 0 && id <= largestId)
}

function isMerges(value: unknown): boolean {
  if (!Array.isArray(value)) return false
  if (typeof value[0] === 'string') return value.every((merge) => typeof merge === 'string')
  const isPair = (merge: unknown): boolean =>
    Array.isArray(merge) && merge.length === 2 && typeof merge[0] === 'string' && typeof merge[1] === 'string'
  return value.every(isPair)
}

const modelSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('BPE'), vocab: vocabularySchema, merges: mergesSchema }),
  z.looseObject({
    type: z.literal('Unigram'),
    vocab: z.array(z.tuple([z.string(), z.number()])).min(1),
    unk_id: idSchema.nullish(),
    byte_fallback: z.boolean().optional(),
  }),
  z.looseObject({ type: z.literal('WordPiece'), vocab: vocabularySchema, unk_token: z.string() }),
])

/** Files of before 2021 name no type: a list is Unigram, merges mean BPE. */
function withType(model: unknown): unknown {
  if (typeof model !== 'object' || model === null || 'type' in model) return model
  if ('vocab' in model && Array.isArray(model.vocab)) return { ...model, type: 'Unigram' }
  return { ...model, type: 'merges' in model ? 'BPE' : 'WordPiece' }
}

export const tokenizerJsonSchema = z.object({
  added_tokens: z.array(addedTokenSchema).nullish(),
  normalizer: componentSchema.nullish(),
  pre_tokenizer: componentSchema.nullish(),
  post_processor: componentSchema.nullish(),
  model: z.preprocess(withType, modelSchema),
})
export type TokenizerJson = z.output<typeof tokenizerJsonSchema>

const namedToken = z
  .union([z.string(), z.looseObject({ content: z.string() }).transform((t) => t.content)])
  .nullish()

/** What tokenizer_config.json and special_tokens_map.json say about special tokens. */
export const tokenizerConfigSchema = z.looseObject({
  tokenizer_class: z.string().nullish(),
  model_max_length: z.number().nullish(),
  bos_token: namedToken,
  eos_token: namedToken,
  unk_token: namedToken,
  pad_token: namedToken,
  chat_template: z.unknown().optional(),
  added_tokens_decoder: z
    .record(z.string().regex(/^\d{1,8}$/), addedTokenSchema.omit({ id: true }))
    .nullish(),
})
export type TokenizerConfig = z.output<typeof tokenizerConfigSchema>
