import { readChatTemplate } from './chat-template.ts'
import { droppedText } from './dropped-text.ts'
import { createEncoder, type Encoder } from './encoder.ts'
import { readTokenizerFiles, unusable, type TokenizerFiles } from './folder-files.ts'
import type { TokenizerConfig } from './tokenizer-json.ts'
import type { PaddedIds, Tokenizer } from './tokenizer.ts'

/**
 * Opens the tokenizer of a model folder: tokenizer.json, vocab.json with merges.txt or
 * spiece.model, and what tokenizer_config.json and special_tokens_map.json add. `padToken` overrules the files.
 *
 * @throws SanggarError model-folder-incomplete (no vocabulary), model-damaged (one that cannot be read)
 */
export async function openTokenizer(folder: string, options: { padToken?: string } = {}): Promise<Tokenizer> {
  const files = await readTokenizerFiles(folder)
  try {
    return createTokenizer(files, options.padToken)
  } catch (cause) {
    throw unusable(folder, cause)
  }
}

function createTokenizer(
  { json, config, chatTemplate }: TokenizerFiles,
  padToken: string | undefined,
): Tokenizer {
  const encoder = createEncoder(json)
  const kind = kindOf(json.model, config)
  const named = padToken === undefined ? config : { ...config, pad_token: padToken }
  addSpecialTokens(encoder, named, new Set(json.added_tokens?.map(({ content }) => content)))

  const idOf = (token: string | null | undefined): number | undefined =>
    token === null || token === undefined ? undefined : encoder.idOf(token)
  const { before, after } = encoder
  const bosId = idOf(named.bos_token) ?? before[0]
  const eosId = idOf(named.eos_token) ?? after.at(-1)
  const padId = idOf(named.pad_token) ?? idOf(kind === 't5' ? '<pad>' : '<|endoftext|>') ?? eosId ?? 0
  const encode = (text: string): number[] => [...before, ...encoder.encode(text), ...after]
  const renderChat = readChatTemplate(chatTemplate)

  return {
    kind,
    encode,
    encodeBare: (text) => encoder.encode(text),
    encodePadded: (text, length) => pad(encoder, text, length, padId),
    maxLength: maxLengthOf(kind, named.model_max_length),
    padId,
    ...(bosId === undefined ? {} : { bosId }),
    ...(eosId === undefined ? {} : { eosId }),
    ...(renderChat === undefined ? {} : { renderChat }),
    addTokens: (tokens) => tokens.map((token) => addPlaceholder(encoder, token)),
  }
}

function kindOf(model: TokenizerFiles['json']['model'], config: TokenizerConfig): Tokenizer['kind'] {
  if (model.type === 'Unigram') return 't5'
  if (model['end_of_word_suffix'] === '</w>') return 'clip'
  return /qwen/i.test(config.tokenizer_class ?? '') ? 'qwen2' : 'bpe'
}

/**
 * transformers makes every special token that the configuration names an added token. It matters: with the
 * pad token `!` of SD 2.x every exclamation mark in a prompt becomes padding.
 */
function addSpecialTokens(encoder: Encoder, config: TokenizerConfig, known: Set<string>): void {
  for (const [id, token] of Object.entries(config.added_tokens_decoder ?? {})) {
    if (known.has(token.content)) continue
    encoder.add({ ...token, id: Number(id) })
    known.add(token.content)
  }
  const extra = [config['additional_special_tokens'], config['extra_special_tokens']].flatMap((list) =>
    Array.isArray(list) ? list.filter((token) => typeof token === 'string') : [],
  )
  for (const content of [config.bos_token, config.eos_token, config.unk_token, config.pad_token, ...extra]) {
    if (content === null || content === undefined || content === '' || known.has(content)) continue
    const id = encoder.idOf(content)
    if (id === undefined) continue
    encoder.add({
      id,
      content,
      special: true,
      normalized: false,
      single_word: false,
      lstrip: false,
      rstrip: false,
    })
    known.add(content)
  }
}

/**
 * As transformers' add_tokens: matched in the normalised text, anywhere. Only a word piece of the same
 * spelling is treated otherwise: it stays what it is, and the placeholder still gets an id of its own.
 */
function addPlaceholder(encoder: Encoder, content: string): number {
  const existing = encoder.addedIdOf(content)
  if (existing !== undefined) return existing
  const id = encoder.next()
  encoder.add({
    id,
    content,
    special: false,
    normalized: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
  })
  return id
}

function pad(encoder: Encoder, text: string, length: number, padId: number): PaddedIds {
  const { before, after } = encoder
  const room = Math.max(0, length - before.length - after.length)
  const bare = encoder.encode(text)
  const truncated = bare.length > room
  const used = [...before, ...(truncated ? bare.slice(0, room) : bare), ...after].slice(0, length)
  const ids = new Int32Array(length).fill(padId)
  ids.set(used)
  return {
    ids,
    mask: new Int32Array(length).fill(1, 0, used.length),
    truncated,
    dropped: truncated ? droppedText(text, room, (part) => encoder.encode(part).length) : '',
  }
}

/** Some files say 1e30 for "no limit". */
function maxLengthOf(kind: Tokenizer['kind'], stated: number | null | undefined): number {
  if (typeof stated === 'number' && stated >= 1 && stated < 1e9) return Math.trunc(stated)
  return kind === 'clip' ? 77 : 512
}
