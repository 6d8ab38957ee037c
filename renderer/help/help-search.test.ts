import { expect, test } from 'vitest'
import { articleOf, searchSections, sectionsOf, snippetOf } from './help-search'

const article = articleOf(
  'prompts',
  '# Writing prompts\n\nSay what is in the picture.\n\n## Weights\n\n`(word:1.2)` makes a **word** heavier.\n\n## Crème brûlée\n\nSweet.\n',
)
const sections = sectionsOf(article)

test('an article is its title and its sections', () => {
  expect(article.title).toBe('Writing prompts')
  expect(sections.map(({ title }) => title)).toEqual(['Writing prompts', 'Weights', 'Crème brûlée'])
})

test('every word must begin a word of the section; titles come first', () => {
  const titles = (text: string) => searchSections(sections, text).map(({ title }) => title)
  expect(titles('heav')).toEqual(['Weights'])
  expect(titles('eavier')).toEqual([])
  expect(titles('CREME')).toEqual(['Crème brûlée'])
  expect(titles('word')).toEqual(['Weights'])
  expect(titles('weights picture')).toEqual([])
  expect(titles('  ')).toEqual([])
  expect(titles('(word:1.2')).toEqual(['Weights'])
})

test('a snippet shows the hit without signs of Markdown', () => {
  const [section] = searchSections(sections, 'heavier')
  expect(section && snippetOf(section, 'heavier')).toBe('(word:1.2) makes a word heavier.')
})

test('every article is there in both languages, with a title and the same number of sections', () => {
  const files = import.meta.glob<string>('../../resources/help/*/*.md', {
    eager: true,
    query: '?raw',
    import: 'default',
  })
  const shapeOf = (language: string) =>
    Object.entries(files)
      .filter(([path]) => path.includes(`/${language}/`))
      .map(([path, text]) => {
        const read = articleOf(path.split('/').pop() ?? '', text)
        expect(read.title, path).not.toBe('')
        return [read.id, sectionsOf(read).length]
      })
  expect(shapeOf('en').length).toBeGreaterThan(5)
  expect(shapeOf('id')).toEqual(shapeOf('en'))
})
