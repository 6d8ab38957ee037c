import { expect, test } from 'vitest'
import { en } from '../locales/en'
import { id } from '../locales/id'
import { screens } from '../state/studio'
import { loadArticles } from './help-articles'

test('both languages have the same articles, part for part', async () => {
  const [english, indonesian] = [await loadArticles('en'), await loadArticles('id')]
  expect(indonesian.map((article) => article.id)).toEqual(english.map((article) => article.id))
  const parts = (articles: typeof english) => articles.map(({ text }) => text.split(/^## /m).length)
  expect(parts(indonesian)).toEqual(parts(english))
})

test.each(['en', 'id'] as const)(
  'every screen is told of in %s, by the name it has on the rail',
  async (language) => {
    const all = (await loadArticles(language)).map(({ title, text }) => `${title} ${text}`).join('\n')
    const words = language === 'en' ? en : id
    expect(screens.filter((screen) => !all.includes(words[`nav.${screen}`]))).toEqual([])
  },
)
