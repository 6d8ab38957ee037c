import { describe, expect, it } from 'vitest'
import { fliesOn } from './use-flying'

const frame = 1000 / 60

describe('fliesOn', () => {
  it('lets pictures be seen while somebody looks for one', () => {
    expect(fliesOn(false, 80 / 800, frame)).toBe(false)
  })

  it('begins at a speed at which nothing can be recognised, and ends below half of it', () => {
    expect(fliesOn(false, 400 / 800, frame)).toBe(true)
    expect(fliesOn(true, 100 / 800, frame)).toBe(true)
    expect(fliesOn(true, 60 / 800, frame)).toBe(false)
  })

  it('shows the place of a jump at once', () => {
    expect(fliesOn(false, 2000, 5000)).toBe(false)
    expect(fliesOn(true, 2000, 5000)).toBe(false)
  })
})
