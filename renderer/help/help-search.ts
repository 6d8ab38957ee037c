import type { Language } from '../locales/translate'
import { beginningsOf, rootsOf } from './indonesian-roots'

/** A part of an article: from one heading to the next. */
export type Section = { article: string; articleTitle: string; title: string; text: string }
export type Article = { id: string; title: string; text: string }

/** "# Title" and what follows; `id` is the file's name without its ending. */
export function articleOf(id: string, markdown: string): Article {
  const [first = '', ...rest] = markdown.split('\n')
  return { id, title: first.replace(/^# /, '').trim(), text: rest.join('\n').trim() }
}

export function sectionsOf(article: Article): Section[] {
  return article.text.split(/^(?=## )/m).flatMap((part) => {
    const [first = '', ...rest] = part.split('\n')
    const headed = first.startsWith('## ')
    const text = (headed ? rest.join('\n') : part).trim()
    if (text === '') return []
    const title = headed ? first.slice(3).trim() : article.title
    return [{ article: article.id, articleTitle: article.title, title, text }]
  })
}

/** Case and accents do not matter when looking for a word. */
const plain = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

const wordsOf = (text: string): string[] => plain(text).match(/[\p{L}\p{N}]+/gu) ?? []

/** Whether a word of a text is one that is looked for: it begins with it, in Indonesian after its prefixes too. */
const meets = (one: string, word: string, language: Language): boolean =>
  one.startsWith(word) ||
  (language === 'id' &&
    rootsOf(word).some((root) => beginningsOf(one).some((beginning) => beginning.startsWith(root))))

/** Sections in which every word begins some word; those with the words in their title come first. */
export function searchSections(sections: readonly Section[], text: string, language: Language): Section[] {
  const words = wordsOf(text)
  if (words.length === 0) return []
  const inside = (place: readonly string[], word: string) => place.some((one) => meets(one, word, language))
  return sections
    .map((section) => {
      const title = wordsOf(`${section.articleTitle} ${section.title}`)
      const body = wordsOf(section.text)
      const found = words.every((word) => inside(title, word) || inside(body, word))
      return { section, weight: found ? 1 + words.filter((word) => inside(title, word)).length : 0 }
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ section }) => section)
}

/** A line of the section around its first hit. */
export function snippetOf(section: Section, text: string, language: Language, length = 120): string {
  const body = section.text.replaceAll(/[`*#]|^\|.*$/gm, '').replaceAll(/\s+/g, ' ')
  const words = wordsOf(text)
  const hit = [...body.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].find(([one]) =>
    words.some((word) => meets(plain(one), word, language)),
  )
  const at = hit?.index ?? 0
  const start = at < length / 2 ? 0 : body.indexOf(' ', at - length / 2) + 1
  const end = start + length >= body.length ? body.length : body.lastIndexOf(' ', start + length)
  return `${start > 0 ? '… ' : ''}${body.slice(start, end)}${end < body.length ? ' …' : ''}`
}
