import { join } from 'node:path'
import { z } from 'zod'
import { SanggarError } from '../../contract/errors.ts'
import { damaged } from '../checkpoints/file-bytes.ts'
import { readRegularFile, refusedFile } from '../regular-file.ts'
import { readSentencePiece } from './sentencepiece.ts'
import {
  tokenizerConfigSchema,
  tokenizerJsonSchema,
  type TokenizerConfig,
  type TokenizerJson,
} from './tokenizer-json.ts'

/** The largest tokenizer.json in the wild has 34 MB. */
const largestFile = 128 * 2 ** 20

/** Every digit is a word of its own; contractions in either case. */
const qwenWords =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"

export type TokenizerFiles = {
  json: TokenizerJson
  config: TokenizerConfig
  chatTemplate: string | undefined
}

/**
 * Reads tokenizer.json, or builds its equal from vocab.json and merges.txt or from spiece.model.
 * @throws SanggarError model-folder-incomplete, model-damaged
 */
export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const [text, configText, mapText, jinja] = await Promise.all([
    readText(folder, 'tokenizer.json'),
    readText(folder, 'tokenizer_config.json'),
    readText(folder, 'special_tokens_map.json'),
    readText(folder, 'chat_template.jinja'),
  ])
  const map = parse(folder, 'special_tokens_map.json', mapText ?? '{}', (value) =>
    tokenizerConfigSchema.parse(value),
  )
  const config = parse(folder, 'tokenizer_config.json', configText ?? '{}', (value) => ({
    ...map,
    ...tokenizerConfigSchema.parse(value),
  }))
  const json =
    text === undefined
      ? await fromVocabulary(folder, config)
      : parse(folder, 'tokenizer.json', text, (value) => tokenizerJsonSchema.parse(value))
  return { json, config, chatTemplate: jinja ?? chatTemplateOf(config) }
}

function chatTemplateOf({ chat_template: template }: TokenizerConfig): string | undefined {
  if (typeof template === 'string') return template
  if (!Array.isArray(template)) return undefined
  const named = template as { name?: unknown; template?: unknown }[]
  const found = named.find((entry) => entry?.name === 'default')?.template
  return typeof found === 'string' ? found : undefined
}

/** The form before tokenizer.json: CLIP's if words end in `</w>`, else bytes as GPT-2 or Qwen cut them. */
async function fromVocabulary(folder: string, config: TokenizerConfig): Promise<TokenizerJson> {
  const vocabulary = await readText(folder, 'vocab.json')
  if (vocabulary === undefined) return fromSentencePiece(folder)
  const mergeText = await readText(folder, 'merges.txt')
  if (mergeText === undefined) throw incomplete(folder, 'merges.txt')
  const addedText = await readText(folder, 'added_tokens.json')
  return parse(folder, 'vocab.json', vocabulary, (vocab) => {
    if (typeof vocab !== 'object' || vocab === null) {
      throw damaged(join(folder, 'vocab.json'), 'no-object', {})
    }
    const words = new Map(Object.entries(vocab as Record<string, unknown>))
    const merges = mergeText.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'))
    const clip = words.has('a</w>')
    const known = clip ? clipParts(words, config) : byteParts(config)
    const added = Object.entries(JSON.parse(addedText ?? '{}') as Record<string, unknown>)
    return tokenizerJsonSchema.parse({
      ...known.parts,
      added_tokens: [
        ...known.added,
        ...added.map(([content, id]) => ({ content, id, special: false, normalized: false })),
      ],
      model: {
        type: 'BPE',
        vocab,
        merges,
        unk_token: config.unk_token ?? (clip ? '<|endoftext|>' : null),
        end_of_word_suffix: clip ? '</w>' : null,
      },
    })
  })
}

async function fromSentencePiece(folder: string): Promise<TokenizerJson> {
  for (const name of ['spiece.model', 'tokenizer.model']) {
    const bytes = await readBytes(folder, name)
    if (bytes !== undefined) return guarded(folder, name, () => readSentencePiece(bytes))
  }
  throw incomplete(folder, 'tokenizer.json')
}

type KnownParts = { parts: Record<string, unknown>; added: unknown[] }

/** As transformers builds CLIPTokenizer: no ftfy, no HTML unescaping. */
function clipParts(words: Map<string, unknown>, config: TokenizerConfig): KnownParts {
  const bos = config.bos_token ?? '<|startoftext|>'
  const eos = config.eos_token ?? '<|endoftext|>'
  const special = [bos, eos].map((content) => ({
    content,
    id: words.get(content),
    special: true,
    normalized: false,
  }))
  const pattern = `${escape(bos)}|${escape(eos)}|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+`
  return {
    added: special,
    parts: {
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'NFC' },
          { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
          { type: 'Lowercase' },
        ],
      },
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'Split', pattern: { Regex: pattern }, behavior: 'Removed', invert: true },
          { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
        ],
      },
      post_processor: { type: 'RobertaProcessing', cls: [bos, words.get(bos)], sep: [eos, words.get(eos)] },
    },
  }
}

function byteParts(config: TokenizerConfig): KnownParts {
  if (!/qwen/i.test(config.tokenizer_class ?? ''))
    return { added: [], parts: { pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false } } }
  return {
    added: [],
    parts: {
      normalizer: { type: 'NFC' },
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'Split', pattern: { Regex: qwenWords }, behavior: 'Isolated', invert: false },
          { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
        ],
      },
    },
  }
}

const escape = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')

const incomplete = (folder: string, missing: string): SanggarError =>
  new SanggarError({ code: 'model-folder-incomplete', path: folder, missing })

async function readText(folder: string, name: string): Promise<string | undefined> {
  const text = (await readBytes(folder, name))?.toString('utf8')
  return text?.startsWith('\uFEFF') ? text.slice(1) : text
}

async function readBytes(folder: string, name: string): Promise<Buffer | undefined> {
  const path = join(folder, name)
  try {
    return await readRegularFile(path, largestFile)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (cause instanceof RangeError) throw refusedFile(path, cause)
    throw damaged(path, 'cannot-be-opened', { reason: code }, cause)
  }
}

function parse<Value>(folder: string, name: string, text: string, read: (value: unknown) => Value): Value {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw damaged(join(folder, name), 'not-json', {}, cause)
  }
  return guarded(folder, name, () => read(value))
}

function guarded<Value>(folder: string, name: string, read: () => Value): Value {
  try {
    return read()
  } catch (cause) {
    throw unusable(join(folder, name), cause)
  }
}

/** What is said of a tokenizer that reading it threw this for. */
export function unusable(path: string, cause: unknown): SanggarError {
  if (cause instanceof SanggarError) return cause
  if (cause instanceof z.ZodError) {
    const entry = cause.issues[0]?.path.join('.') ?? ''
    return entry === ''
      ? damaged(path, 'no-object', {}, cause)
      : damaged(path, 'entry-unknown', { entry }, cause)
  }
  const words = (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ')
  return damaged(path, 'vocabulary-unusable', { words }, cause)
}
