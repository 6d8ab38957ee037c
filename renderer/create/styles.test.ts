import { expect, test } from 'vitest'
import { findStyles, fromOwn, ownStylesSchema, styleOf, styles, withStyle, withoutStyles } from './styles'

test('every style that ships is read, with a picture of its own', () => {
  expect(styles.map(({ id }) => id)).toEqual(['photo', 'watercolour', 'oil', 'anime', 'sketch', 'pixel'])
  expect(styles.every(({ thumbnail }) => thumbnail?.endsWith('.webp'))).toBe(true)
})

test('the words of a style come last; a template puts the prompt where it says', () => {
  expect(withStyle('a boat.', styleOf('anime'), 'en')).toBe('a boat, anime style')
  const own = fromOwn({ id: 'own-1', name: 'Poster', adds: 'poster of {prompt}, bold', strength: 0.5 })
  expect(withStyle(' a boat ', own, 'en')).toBe('poster of a boat, bold')
  expect(withStyle('a boat', undefined, 'en')).toBe('a boat')
})

test('styles are found by name, by what they add and by how a prompt says them, in the language of the screen', () => {
  const found = (text: string, language: 'en' | 'id' = 'en') =>
    findStyles(styles, text, language).map(({ id }) => id)
  expect(found('')).toEqual(styles.map(({ id }) => id))
  expect(found('ANIME')).toEqual(['anime'])
  expect(found('cat air', 'id')).toEqual(['watercolour'])
  expect(found('no such style')).toEqual([])
})

test('another style takes the old one out of the prompt', () => {
  expect(withoutStyles('watercolor of a blue boat with mountains')).toBe('a blue boat with mountains')
  expect(withoutStyles('a red boat, Anime style')).toBe('a red boat')
  expect(withoutStyles('anime, a red house, meadow')).toBe('a red house, meadow')
  expect(withoutStyles('sebuah rumah, lukisan cat air, malam')).toBe('sebuah rumah, malam')
  expect(withoutStyles('a photographer and a comical cat')).toBe('a photographer and a comical cat')
})

test('a list of own styles with one broken entry opens empty rather than not at all', () => {
  expect(ownStylesSchema.parse({ styles: [{ id: 'x' }] })).toEqual({ styles: [] })
})
