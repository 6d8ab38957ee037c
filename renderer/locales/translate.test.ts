import { describe, expect, test } from 'vitest'
import { damageFacts } from '../../contract/damage'
import { failureParameters } from '../../contract/errors'
import { en } from './en'
import { id } from './id'
import { chooseLanguage, createLocale, regionOf } from './translate'

const texts = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Object.values(value as object)
const placeholders = (value: unknown) =>
  [
    ...new Set(texts(value).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))),
  ].sort((one, other) => String(one).localeCompare(String(other)))

describe('catalogues', () => {
  test('have the same keys and the same placeholders', () => {
    expect(Object.keys(id).sort()).toEqual(Object.keys(en).sort())
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect([key, placeholders(id[key])]).toEqual([key, placeholders(en[key])])
    }
  })

  test('no text is empty, and long texts are really translated', () => {
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      for (const text of [...texts(en[key]), ...texts(id[key])])
        expect([key, text.trim() === '']).toEqual([key, false])
      const english = texts(en[key]).join(' ')
      if (english.length > 40) expect(texts(id[key]).join(' ')).not.toBe(english)
    }
  })

  test('every failure uses only parameters that the contract sends', () => {
    for (const [code, shape] of Object.entries(failureParameters)) {
      for (const catalogue of [en, id]) {
        const text = catalogue[`error.${code}` as keyof typeof en]
        for (const name of placeholders(text))
          expect([code, Object.keys(shape)]).toEqual([code, expect.arrayContaining([name])])
      }
    }
  })
})

describe('what is wrong with a file of a model', () => {
  test('is said with what the contract sends and with nothing else', () => {
    for (const [code, facts] of Object.entries(damageFacts)) {
      for (const catalogue of [en, id]) {
        const named = placeholders(catalogue[`damage.${code}` as keyof typeof en])
        expect([code, named]).toEqual([code, [...facts].sort()])
      }
    }
  })

  test('stands in the failure in its language; what older versions kept stays as it was', () => {
    const facts = { tensor: 'conv_in.weight', found: '[4, 3]', wanted: '[3, 4]' }
    const why = (language: 'en' | 'id', detail: string) =>
      createLocale(language).failure('model-damaged', { path: 'a.safetensors', detail, facts }).why
    expect(why('en', 'tensor-shape')).toBe(
      'The tensor conv_in.weight has the shape [4, 3]; [3, 4] was expected (a.safetensors)',
    )
    expect(why('id', 'tensor-shape')).toBe(
      'Bentuk tensor conv_in.weight adalah [4, 3]; seharusnya [3, 4] (a.safetensors)',
    )
    expect(why('id', 'lacks the tensor conv_in')).toBe('lacks the tensor conv_in (a.safetensors)')
  })
})

describe('translation', () => {
  test('plurals follow the language', () => {
    const english = createLocale('en')
    const indonesian = createLocale('id')
    expect(english.t('common.pictures', { count: 1 })).toBe('1 picture')
    expect(english.t('common.pictures', { count: 0 })).toBe('0 pictures')
    expect(english.t('common.pictures', { count: 1200 })).toBe('1,200 pictures')
    expect(indonesian.t('common.pictures', { count: 1 })).toBe('1 gambar')
    expect(indonesian.t('common.pictures', { count: 1200 })).toBe('1.200 gambar')
  })

  test('units are those of the language', () => {
    expect(createLocale('en').bytes(1_500_000)).toBe('1.5 MB')
    expect(createLocale('id').bytes(1_500_000)).toBe('1,5 MB')
    expect(createLocale('en').duration(4200)).toBe('4.2 sec')
    expect(createLocale('en').duration(130_000)).toBe('2 min 10 sec')
    expect(createLocale('en').duration(59_700)).toBe('1 min 0 sec')
  })

  test('a prompt with braces stays as it was typed', () => {
    expect(createLocale('en').t('queue.cancel', { name: 'a {b|c} $& cat' })).toBe('Cancel “a {b|c} $& cat”')
  })

  test('the language comes from the setting, else from the system', () => {
    expect(chooseLanguage('system', 'id-ID')).toBe('id')
    expect(chooseLanguage('system', 'fr')).toBe('en')
    expect(chooseLanguage('en', 'id')).toBe('en')
  })
})

test('codes inside a failure are words too; what has no text stays as it is', () => {
  const { failure } = createLocale('id')
  const refused = failure('model-unsupported', {
    path: '/m',
    kind: 'controlnet',
    reason: 'controlnet-unsupported',
  })
  expect([refused.what, refused.why]).toEqual([
    'Ini ControlNet; Sanggar belum dapat menjalankannya begitu saja.',
    'Jenis ControlNet ini belum didukung. Yang untuk SD 1.x, 2.x, dan SDXL didukung (/m)',
  ])
  expect(failure('model-unsupported', { path: '/m', kind: 'x', reason: 'y' }).why).toBe('y (/m)')
})

test('numbers are written as the language writes them, small ones without asking it', () => {
  for (const [language, thousand] of [
    ['en', '1,000'],
    ['id', '1.000'],
  ] as const) {
    const { number } = createLocale(language)
    for (const value of [0, 1, 999, 1000, 12.5, -3])
      expect(number(value)).toBe(new Intl.NumberFormat(language).format(value))
    expect(number(1000)).toBe(thousand)
    expect(number(7, { minimumFractionDigits: 1 })).toBe(language === 'en' ? '7.0' : '7,0')
  }
})

test('days are written as where the person lives', () => {
  const day = Date.UTC(2026, 10, 29, 12)
  const shown = (wanted: string[]) => createLocale('en', undefined, regionOf('en', wanted)).day(day)
  expect(shown(['en-GB', 'en'])).toBe(new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' }).format(day))
  expect(shown(['id-ID', 'en-AU'])).toBe('29 November 2026')
  expect(shown(['fr'])).toBe('November 29, 2026')
})
