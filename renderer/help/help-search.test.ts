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
  const titles = (text: string) => searchSections(sections, text, 'en').map(({ title }) => title)
  expect(titles('heav')).toEqual(['Weights'])
  expect(titles('eavier')).toEqual([])
  expect(titles('CREME')).toEqual(['Crème brûlée'])
  expect(titles('word')).toEqual(['Weights'])
  expect(titles('weights picture')).toEqual([])
  expect(titles('  ')).toEqual([])
  expect(titles('(word:1.2')).toEqual(['Weights'])
})

test('a snippet shows the hit without signs of Markdown', () => {
  const [section] = searchSections(sections, 'heavier', 'en')
  expect(section && snippetOf(section, 'heavier', 'en')).toBe('(word:1.2) makes a word heavier.')
})

test('in Indonesian a word is found by its root, and the root by what is made from it', () => {
  const text = '# Gambar\n\nTekan tombol untuk menghapus, memperbesar dan menyimpan. Pencarian ada di atas.\n'
  const indonesian = sectionsOf(articleOf('gambar', text))
  const found = (wanted: string, language: 'en' | 'id' = 'id') =>
    searchSections(indonesian, wanted, language).length === 1
  for (const wanted of [
    'hapus',
    'dihapus',
    'penghapusan',
    'besar',
    'simpan',
    'tersimpan',
    'mencari',
    'mengha',
  ])
    expect(found(wanted), wanted).toBe(true)
  for (const wanted of ['apus', 'pus', 'kirim', 'menambah']) expect(found(wanted), wanted).toBe(false)
  expect(found('hapus', 'en')).toBe(false)
  const [section] = indonesian
  expect(section && snippetOf(section, 'simpan', 'id', 30)).toContain('menyimpan')
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
