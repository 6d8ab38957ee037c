import { withFacts } from '../../contract/damage'
import type { FailureCode } from '../../contract/errors'
import { type English, en } from './en'
import { id } from './id'

/** A text that changes with `count`; the forms are those of Intl.PluralRules. */
export type Plural = { one?: string; other: string }
export type FailureText = { what: string; why: string; do: string }
export type Catalogue = {
  readonly [Key in keyof English]: English[Key] extends string
    ? string
    : English[Key] extends { what: string }
      ? FailureText
      : Plural
}

export type Language = 'en' | 'id'
/** Every key whose value is one text or a plural. */
export type TextKey = {
  [Key in keyof English]: English[Key] extends { what: string } ? never : Key
}[keyof English]

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never
type NamesOf<Value> = Value extends string
  ? NamesIn<Value>
  : Value extends { other: infer Other }
    ? NamesIn<Other> | 'count'
    : never
type Arguments<Key extends TextKey> = [NamesOf<English[Key]>] extends [never]
  ? []
  : [parameters: Record<NamesOf<English[Key]>, string | number>]

export type Translate = <Key extends TextKey>(key: Key, ...parameters: Arguments<Key>) => string

/** The catalogue has a line for every failure: adding a code without its translation is a type error. */
export type FailureKey = `error.${FailureCode}`

export type Locale = {
  language: Language
  t: Translate
  failure(code: FailureCode, parameters: Record<string, unknown>): FailureText
  number(value: number, options?: Intl.NumberFormatOptions): string
  percent(fraction: number): string
  bytes(value: number): string
  /** "4 s", "2 min 10 s": rounded to what a person wants to know */
  duration(milliseconds: number): string
  date(milliseconds: number): string
  day(milliseconds: number): string
  /** "November 2026" */
  month(milliseconds: number): string
  list(values: readonly string[]): string
}

const catalogues: Record<Language, Catalogue> = { en, id }
/** In which part of the catalogue a failure's parameter is looked up. */
const codeFamilies: Record<string, string> = {
  reason: 'passport',
  kind: 'kind',
  capability: 'capability',
  problem: 'prompt.problem',
  stage: 'stage',
  detail: 'damage',
}

const tags: Record<Language, string> = { en: 'en', id: 'id' }

/** Small counts look the same in both languages, and the first formatter of a page takes 50 ms while its window opens. */
const isPlain = (value: number) => Number.isInteger(value) && value >= 0 && value < 1000

/** `reword` changes every text on its way: see pseudo.ts. */
export function createLocale(
  language: Language,
  reword: (text: string) => string = (text) => text,
  /** "en-GB": how days are written there */
  region: string = language,
): Locale {
  const catalogue = catalogues[language]
  const tag = tags[language]
  let rules: Intl.PluralRules | undefined
  const plural = (count: number) => (rules ??= new Intl.PluralRules(tag)).select(count)
  const numbers = new Map<string, Intl.NumberFormat>()
  const number = (value: number, options?: Intl.NumberFormatOptions) => {
    if (options === undefined && isPlain(value)) return String(value)
    const make = () => new Intl.NumberFormat(tag, options)
    return madeOnce(numbers, JSON.stringify(options ?? {}), make).format(value)
  }
  const dates = new Map<string, Intl.DateTimeFormat>()
  const date = (milliseconds: number, options: Intl.DateTimeFormatOptions) =>
    madeOnce(dates, JSON.stringify(options), () => new Intl.DateTimeFormat(region, options)).format(
      milliseconds,
    )
  const show = (value: unknown) => (typeof value === 'number' ? number(value) : String(value))
  const fill = (text: string, parameters: Record<string, unknown>) =>
    reword(text).replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
      Object.hasOwn(parameters, name) ? show(parameters[name]) : whole,
    )
  /** Parameters that are codes themselves: "video-unsupported" has a text of its own. */
  const wordOf = (name: string, value: unknown): unknown => {
    const key = `${codeFamilies[name] ?? ''}.${String(value)}`
    const text: unknown = Object.hasOwn(catalogue, key) ? catalogue[key as TextKey] : value
    return typeof text === 'string' ? text.replace(/\.$/, '') : value
  }
  const unit: Unit = (value, name, digits = 0, display = 'short') =>
    number(value, { style: 'unit', unit: name, unitDisplay: display, maximumFractionDigits: digits })

  const translate = (key: TextKey, parameters: Record<string, unknown> = {}) => {
    const value: string | Plural = catalogue[key]
    if (typeof value === 'string') return fill(value, parameters)
    const form = plural(Number(parameters['count'] ?? 0))
    return fill((form === 'one' ? value.one : undefined) ?? value.other, parameters)
  }

  return {
    language,
    t: (key, ...parameters) => translate(key, parameters[0] ?? {}),
    failure(code, parameters) {
      const text = catalogue[`error.${code}`]
      // What a code's own sentence names comes beside it.
      const { facts = {} } = parameters as { facts?: Record<string, string> }
      const worded = Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => {
          const word = wordOf(name, value)
          return [name, typeof word === 'string' && word !== value ? withFacts(word, facts) : word]
        }),
      )
      return {
        what: fill(text.what, worded),
        why: fill(text.why, worded),
        do: fill(text.do, worded),
      }
    },
    number,
    percent: (fraction) => number(fraction, { style: 'percent', maximumFractionDigits: 0 }),
    bytes: (value) => showBytes(value, unit),
    duration: (milliseconds) => showDuration(milliseconds, unit),
    date: (milliseconds) => date(milliseconds, { dateStyle: 'medium', timeStyle: 'short' }),
    day: (milliseconds) => date(milliseconds, { day: 'numeric', month: 'long', year: 'numeric' }),
    month: (milliseconds) => date(milliseconds, { month: 'long', year: 'numeric' }),
    list: (values) => new Intl.ListFormat(tag, { type: 'conjunction' }).format(values),
  }
}

/** Making a formatter takes many times as long as using it: scrolling spent half of its scripts on making them. */
function madeOnce<Format>(made: Map<string, Format>, key: string, make: () => Format): Format {
  const known = made.get(key)
  if (known !== undefined) return known
  const format = make()
  made.set(key, format)
  return format
}

type Unit = (value: number, name: string, digits?: number, display?: 'short' | 'long') => string

function showBytes(value: number, unit: Unit): string {
  if (value < 1000) return unit(value, 'byte', 0, 'long')
  if (value < 1e6) return unit(value / 1e3, 'kilobyte')
  if (value < 1e9) return unit(value / 1e6, 'megabyte', value < 1e7 ? 1 : 0)
  return unit(value / 1e9, 'gigabyte', 1)
}

function showDuration(milliseconds: number, unit: Unit): string {
  const seconds = milliseconds / 1000
  if (seconds < 10) return unit(Math.max(Math.round(seconds * 10) / 10, 0.1), 'second', 1)
  const whole = Math.round(seconds)
  if (whole < 60) return unit(whole, 'second')
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${unit(minutes, 'minute')} ${unit(whole % 60, 'second')}`
  return `${unit(Math.floor(minutes / 60), 'hour')} ${unit(minutes % 60, 'minute')}`
}

/** The person's own way of writing a language, where the system names one. */
export const regionOf = (language: Language, wanted: readonly string[]): string =>
  wanted.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ?? language

/** What the settings ask for, else what the window's system speaks. */
export function chooseLanguage(setting: 'system' | Language, system: string): Language {
  if (setting !== 'system') return setting
  return system.toLowerCase().startsWith('id') ? 'id' : 'en'
}
