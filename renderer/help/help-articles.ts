import type { Language } from '../locales/translate'
import { type Article, articleOf } from './help-search'

const files = import.meta.glob<string>('../../resources/help/*/*.md', { query: '?raw', import: 'default' })

/** The articles of one language, in the order of their file names. */
export async function loadArticles(language: Language): Promise<Article[]> {
  const paths = Object.keys(files)
    .filter((path) => path.includes(`/${language}/`))
    .sort()
  return Promise.all(
    paths.map(async (path) => {
      const id = (path.split('/').pop() ?? '').replace(/\.md$/, '')
      return articleOf(id, (await files[path]?.()) ?? '')
    }),
  )
}
