import { expect, test } from 'vitest'
import { isNewer, newsSince } from './news'

test('only what is newer than the version seen last', () => {
  const text = '# What is new\n\n## 0.10.0\n\n* Much.\n\n## 0.9.0\n\nLess.\n'
  expect(newsSince(text, '0.9.0')).toEqual([{ version: '0.10.0', text: '* Much.' }])
  expect(newsSince(text, '').map(({ version }) => version)).toEqual(['0.10.0', '0.9.0'])
  expect(newsSince(text, '0.10.0')).toEqual([])
})

test('versions are compared as numbers', () => {
  expect(isNewer('0.10.0', '0.9.9')).toBe(true)
  expect(isNewer('0.2.0', '0.2.0')).toBe(false)
  expect(isNewer('1.0.0', '')).toBe(true)
})

test('both languages tell of the same versions, the newest being that of the program', async () => {
  const read = import.meta.glob<string>('../../resources/whats-new/*.md', {
    eager: true,
    query: '?raw',
    import: 'default',
  })
  const { version } = await import('../../package.json')
  const versions = Object.values(read).map((text) => newsSince(text, '').map((news) => news.version))
  expect(versions).toHaveLength(2)
  expect(versions[0]).toEqual(versions[1])
  expect(versions[0]?.[0]).toBe(version)
})
