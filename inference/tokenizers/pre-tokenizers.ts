import { gpt2Words, ofUnicode16 } from './letters.ts'
import { BertPreTokenizer, PunctuationPreTokenizer, SplitPreTokenizer } from './library.ts'
import { componentSchema, type Component } from './tokenizer-json.ts'

/** Cuts a text into the words that the model sees one by one. `first`: nothing stands before it. */
export type PreTokenize = (text: string, first: boolean) => string[]

/**
 * The pre-tokenizer of a tokenizer.json.
 *
 * [Note: White space] U+0085 is white space for the reference but not for JavaScript's \s, U+FEFF the other
 * way round. Whatever mentions \s here is therefore written with the Unicode property; Split, whose pattern
 * the library translates, and the rarely met rest are the library's.
 */
export function readPreTokenizer(config: Component | null | undefined, depth = 0): PreTokenize {
  if (config === null || config === undefined) return (text) => [text]
  if (depth > 16) throw new Error('pre-tokenizers nested too deeply')
  switch (config.type) {
    case 'Sequence': {
      const parts = componentSchema
        .array()
        .parse(config['pretokenizers'])
        .map((part) => readPreTokenizer(part, depth + 1))
      return (text, first) =>
        parts.reduce(
          (words, part) => words.flatMap((word, index) => part(word, first && index === 0)),
          [text],
        )
    }
    case 'ByteLevel':
      return byteLevel(config['add_prefix_space'] === true, config['use_regex'] !== false)
    case 'Metaspace':
      return metaspace(config)
    case 'WhitespaceSplit':
      return (text) => text.match(/\P{White_Space}+/gu) ?? []
    case 'Whitespace':
      return (text) =>
        text.match(
          /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{White_Space}]+/gu,
        ) ?? []
    case 'Digits':
      return config['individual_digits'] === true
        ? (text) => text.match(/\P{N}+|\p{N}/gu) ?? []
        : (text) => text.match(/\P{N}+|\p{N}+/gu) ?? []
    case 'Split': {
      const behaviour = String(config['behavior']).toLowerCase()
      const inverted = config['invert'] === true
      if (!(behaviour === 'isolated' && !inverted) && behaviour !== 'removed')
        throw new Error(`Split with behaviour ${behaviour} is not supported`)
      return ofLibrary(new SplitPreTokenizer(withOlderLetters(config)))
    }
    case 'Punctuation':
      return ofLibrary(new PunctuationPreTokenizer(config))
    case 'BertPreTokenizer':
      return ofLibrary(new BertPreTokenizer(config))
    default:
      throw new Error(`unknown pre-tokenizer ${config.type}`)
  }
}

/** [Note: Letters of Unicode 16] */
function withOlderLetters(config: Component): Component {
  const { Regex: pattern } = (config['pattern'] ?? {}) as { Regex?: unknown }
  return typeof pattern === 'string' ? { ...config, pattern: { Regex: ofUnicode16(pattern) } } : config
}

function ofLibrary(preTokenizer: { pre_tokenize_text(text: string): string[] }): PreTokenize {
  return (text) => preTokenizer.pre_tokenize_text(text)
}

const byteCharacters = byteAlphabet()
/** GPT-2's bytes-as-characters (Radford et al. 2019). */
function byteLevel(prefixSpace: boolean, useRegex: boolean): PreTokenize {
  return (text) => {
    const spaced = prefixSpace && !text.startsWith(' ') ? ` ${text}` : text
    const words = useRegex ? (spaced.match(gpt2Words) ?? []) : [spaced]
    return words.map((word) => {
      let result = ''
      for (const byte of Buffer.from(word, 'utf8')) result += byteCharacters[byte]
      return result
    })
  }
}

function byteAlphabet(): string[] {
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => {
    const visible = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
    return String.fromCharCode(visible ? byte : next++)
  })
}

function metaspace(config: Component): PreTokenize {
  const replacement = typeof config['replacement'] === 'string' ? config['replacement'] : '▁'
  const written = typeof config['str_rep'] === 'string' ? config['str_rep'] : replacement
  const legacy = config['add_prefix_space'] === false ? 'never' : 'always'
  const scheme = config['prepend_scheme'] ?? legacy
  const split = config['split'] !== false
  return (text, first) => {
    let marked = text.replaceAll(' ', () => written)
    const prepend = scheme === 'always' || (scheme === 'first' && first)
    if (prepend && !marked.startsWith(replacement)) marked = written + marked
    if (!split) return [marked]
    const words: string[] = []
    let start = 0
    for (let next = marked.indexOf(replacement, 1); next > 0; next = marked.indexOf(replacement, next + 1)) {
      words.push(marked.slice(start, next))
      start = next
    }
    words.push(marked.slice(start))
    return words
  }
}
