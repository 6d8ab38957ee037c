import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SanggarError } from '../../contract/errors.ts'
import { headerExtent, openItem, openRecord, sealItem } from './sealed-file.ts'

const key = randomBytes(32)

describe('sealed files', () => {
  it('opens what it sealed, at every size around a chunk', () => {
    for (const size of [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 * (1 << 20)]) {
      const body = randomBytes(size)
      const opened = openItem(key, 'a', sealItem(key, 'a', { size }, body))
      expect(opened.body.equals(body)).toBe(true)
      expect(opened.record).toEqual({ size })
    }
  })

  it('refuses any single changed byte', () => {
    const sealed = sealItem(key, 'a', { prompt: 'x' }, randomBytes(300))
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const altered = Buffer.from(sealed)
        altered[place] = (altered[place] as number) ^ change
        expect(() => openItem(key, 'a', altered)).toThrow(SanggarError)
      }),
    )
  })

  it('refuses a file that was cut off at any length, another name and another key', () => {
    const sealed = sealItem(key, 'a', null, randomBytes(2 * (1 << 20)))
    for (const length of [0, 3, 20, 100, sealed.length - 1, sealed.length - (1 << 20) - 16]) {
      expect(() => openItem(key, 'a', sealed.subarray(0, length))).toThrow(SanggarError)
    }
    expect(() => openItem(key, 'b', sealed)).toThrow(SanggarError)
    expect(() => openItem(randomBytes(32), 'a', sealed)).toThrow(SanggarError)
  })

  it('seals the same picture differently each time and shows nothing of it', () => {
    const body = Buffer.from('a secret boat '.repeat(50))
    const first = sealItem(key, 'a', { prompt: 'secret boat' }, body)
    expect(first.equals(sealItem(key, 'a', { prompt: 'secret boat' }, body))).toBe(false)
    expect(first.includes('secret')).toBe(false)
  })

  it('keeps the record readable from the header alone, and its extent covers the key', () => {
    const sealed = sealItem(key, 'a', { prompt: 'boat' }, randomBytes(5000))
    const extent = headerExtent(sealed.subarray(0, 64))
    expect(openRecord(key, 'a', sealed.subarray(0, extent))).toEqual({ prompt: 'boat' })
    const erased = Buffer.from(sealed)
    erased.fill(0, 0, extent)
    expect(() => openItem(key, 'a', erased)).toThrow(SanggarError)
  })
})
