import { expect, test } from 'vitest'
import { pseudoText } from './pseudo'
import { createLocale } from './translate'

test('longer, accented, in brackets, with its parameters untouched', () => {
  expect(pseudoText('Open {name} now')).toBe('⟦Öpéñ {name} ñöw ~~~⟧')
  const { t } = createLocale('en', pseudoText)
  expect(t('common.pictures', { count: 2 })).toContain('2 ')
  expect(t('common.pictures', { count: 2 })).toMatch(/^⟦.*⟧$/)
})
