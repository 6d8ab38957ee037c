import { z } from 'zod'

/** The words of a model that knows only a small world (models/starter/vocabulary.json), by language. */
export const knownWordsSchema = z.partialRecord(
  z.enum(['en', 'id']),
  z.object({
    /** words and phrases with what they mean */
    words: z.record(z.string(), z.looseObject({ slot: z.string().min(1).default('other') })),
    /** words that hold a sentence together */
    fillers: z.array(z.string()).default([]),
    /** words that the model was taught to pass over */
    passed: z.array(z.string()).default([]),
    /** words that only look like misspellings of those that it knows */
    others: z.array(z.string()).default([]),
    /** one of the things that it was taught to pass over */
    stranger: z.string().default(''),
  }),
)
export type KnownWords = z.output<typeof knownWordsSchema>

export type Reading = {
  /** what the model is to be told: the prompt itself where it has read every word before */
  text: string
  /** the words without a meaning for it, in order, each once, as they were written */
  ignored: string[]
}

type Part = {
  /** as the model knows it; '' for what it has never read */
  known: string
  slot: string
  /** what was written, word by word */
  written: string[]
  /** something other than a space or a hyphen stands before it */
  apart: boolean
}

/** Words that take back what follows. */
const negations = new Set('without no not except tanpa bukan tidak tak jangan kecuali'.split(' '))
const suffixes = [/['’]s$/, /(?:nya|ku|mu)$/, /s$/, /es$/]
/** A word, with its apostrophes but without hyphens, or a picture among letters. */
export const wordPattern =
  /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*|\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\p{Extended_Pictographic}|\u200d|\ufe0f)*/gu

/**
 * [Note: What the model is told] A model of a small world guesses at words that it has never read: "an astronaut"
 * became a house, orcs in a storm became cats. So it is told only what it has read. A word that it has not is left
 * out next to a thing or place that it knows and may describe ("a majestic house"). Elsewhere a thing that it was taught
 * to pass over takes its place, so that "a purple giraffe and a house" makes no purple house. What a prompt takes back
 * ("without a tree") is left out with the word that says so.
 */
export function readPrompt(languages: KnownWords, asTyped: string): Reading {
  // As one writes a plural in a hurry: "bunga2".
  const prompt = asTyped.replace(/(\p{L}{3,})2(?![\p{L}\p{N}])/gu, '$1-$1')
  const lexicon = lexiconOf(languages)
  const parts = partsOf(lexicon, prompt)
  const kept = withoutNegated(parts)
  const ignored = new Map<string, string>()
  for (const word of kept.flatMap(({ slot, written }) => (meansNothing.has(slot) ? written : [])))
    if (!ignored.has(word.toLowerCase())) ignored.set(word.toLowerCase(), word)
  const asWritten = ({ known, written }: Part) => known === written.join(' ').toLowerCase()
  const told =
    kept.length === parts.length && parts.every(asWritten) ? prompt : textOf(kept, strangerIn(lexicon, parts))
  return { text: told, ignored: [...ignored.values()] }
}

const meansNothing = new Set(['', 'passed', 'negated'])

type Lexicon = {
  /** known words and phrases, in small letters and with single spaces */
  slots: Map<string, string>
  /** each word in them */
  words: Set<string>
  /** phrases by their letters: "kupukupu" */
  joined: Map<string, string>
  others: Set<string>
  longest: number
  /** by language */
  strangers: { stranger: string; words: Set<string> }[]
}

const lexicons = new WeakMap<KnownWords, Lexicon>()

function lexiconOf(languages: KnownWords): Lexicon {
  const made = lexicons.get(languages)
  if (made !== undefined) return made
  const lexicon: Lexicon = {
    slots: new Map(),
    words: new Set(),
    joined: new Map(),
    others: new Set(),
    longest: 1,
    strangers: [],
  }
  const add = (phrase: string, slot: string): void => {
    const words = phrase.toLowerCase().match(wordPattern) ?? []
    const known = words.join(' ')
    if (lexicon.slots.has(known)) return
    lexicon.slots.set(known, slot)
    lexicon.longest = Math.max(lexicon.longest, words.length)
    if (words.length > 1) lexicon.joined.set(words.join(''), known)
    for (const word of words) lexicon.words.add(word)
  }
  const all = Object.values(languages).filter((language) => language !== undefined)
  for (const { words } of all) for (const [phrase, { slot }] of Object.entries(words)) add(phrase, slot)
  for (const { fillers } of all) for (const word of fillers) add(word, 'filler')
  for (const { passed } of all) for (const word of passed) add(word, 'passed')
  for (const { others } of all) for (const word of others) lexicon.others.add(word)
  lexicon.strangers = all.map(({ stranger, words, fillers, passed }) => ({
    stranger,
    words: new Set([...Object.keys(words), ...fillers, ...passed]),
  }))
  lexicons.set(languages, lexicon)
  return lexicon
}

/** The longest phrase first: "cat air" is watercolour, "cat" an animal. */
function partsOf(lexicon: Lexicon, prompt: string): Part[] {
  const found = [...prompt.matchAll(wordPattern)]
  const spelt = found.map(([word]) => spelling(lexicon, word.toLowerCase()))
  const parts: Part[] = []
  for (let index = 0; index < found.length;) {
    let length = Math.min(lexicon.longest, found.length - index)
    const phrase = (count: number) => spelt.slice(index, index + count).join(' ')
    while (length > 0 && !lexicon.slots.has(phrase(length))) length -= 1
    const count = Math.max(1, length)
    const before = found[index - 1]
    parts.push({
      known: length === 0 ? '' : phrase(length),
      slot: lexicon.slots.get(phrase(length)) ?? '',
      written: found.slice(index, index + count).map(([word]) => word),
      apart:
        before !== undefined &&
        /[^\s-]/u.test(prompt.slice(before.index + before[0].length, found[index]?.index)),
    })
    index += count
  }
  return parts
}

/** As the model knows it: without an ending, what was run together apart, a slip mended. */
function spelling(lexicon: Lexicon, word: string): string {
  const { words, joined, others } = lexicon
  const stems = suffixes.map((suffix) => word.replace(suffix, '')).filter((stem) => stem.length > 3)
  for (const form of [word, ...stems]) {
    if (words.has(form)) return form
    const apart = joined.get(form)
    if (apart !== undefined) return apart
  }
  if (others.has(word) || stems.some((stem) => others.has(stem))) return word
  return [...words].find((right) => isSlip(word, right)) ?? word
}

/**
 * Two neighbouring letters have changed places; in words of five letters and more one is missing or too many; in those
 * of seven and more one is another ("horse" is no house). Never the first.
 */
function isSlip(word: string, right: string): boolean {
  const longer = word.length - right.length
  const shortest = longer === 0 ? 4 : 5
  if (word[0] !== right[0] || Math.abs(longer) > 1 || Math.min(word.length, right.length) < shortest)
    return false
  let at = 0
  while (at < right.length && word[at] === right[at]) at += 1
  if (longer > 0) return word.slice(at + 1) === right.slice(at)
  if (longer < 0) return word.slice(at) === right.slice(at + 1)
  if (word.length > 6 && word.slice(at + 1) === right.slice(at + 1)) return true
  const swapped = word[at] === right[at + 1] && word[at + 1] === right[at]
  return swapped && word.slice(at + 2) === right.slice(at + 2)
}

const describes = new Set(['colour', 'size'])
const comesBefore = new Set([...describes, 'count', 'filler'])

/** Without the words that take something back, and without that: in Indonesian its colour comes after it. */
function withoutNegated(parts: Part[]): Part[] {
  const kept: Part[] = []
  for (let index = 0; index < parts.length;) {
    const part = parts[index] as Part
    index += 1
    if (!negations.has(part.written.join(' ').toLowerCase())) {
      kept.push(part)
      continue
    }
    const follows = (slots: ReadonlySet<string>): boolean => {
      const next = parts[index]
      return next !== undefined && !next.apart && slots.has(next.slot)
    }
    const negated: Part[] = []
    const take = () => negated.push(parts[index++] as Part)
    while (follows(comesBefore)) take()
    if (parts[index]?.apart === false) take()
    while (follows(describes)) take()
    // What is unknown is named all the same.
    kept.push(
      ...negated.filter(({ slot }) => meansNothing.has(slot)).map((one) => ({ ...one, slot: 'negated' })),
    )
  }
  return kept
}

/** Of the language that more of the words are in. */
function strangerIn({ strangers }: Lexicon, parts: Part[]): string {
  const count = (words: Set<string>) => parts.filter(({ known }) => words.has(known)).length
  return strangers.toSorted((one, other) => count(other.words) - count(one.words))[0]?.stranger ?? ''
}

function textOf(parts: Part[], stranger: string): string {
  let text = ''
  let apart = false
  for (const [index, part] of parts.entries()) {
    apart ||= part.apart
    const words = part.slot !== '' ? part.known : isThing(parts, index) ? stranger : ''
    if (part.slot === 'negated' || words === '') continue
    text += `${text === '' ? '' : apart ? ', ' : ' '}${words}`
    apart = false
  }
  return text
}

const describable = new Set(['object', 'ground', 'mountains', 'time'])

/** Whether what is unknown at `index` ends a run of such words and has nothing beside it that it may describe. */
function isThing(parts: Part[], index: number): boolean {
  /** the next part in a direction, where no comma is between */
  const next = (at: number, step: number): Part | undefined =>
    parts[Math.max(at, at + step)]?.apart === false ? parts[at + step] : undefined
  const describesIn = (step: 1 | -1): boolean => {
    let at = index
    while (next(at, step)?.slot === '' || describes.has(next(at, step)?.slot ?? 'none')) at += step
    return describable.has(next(at, step)?.slot ?? '')
  }
  return next(index, 1)?.slot !== '' && !describesIn(1) && !describesIn(-1)
}
