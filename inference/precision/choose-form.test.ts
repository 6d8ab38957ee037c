import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { fastestForm, wantedForm } from './choose-form.ts'
import { formCosts } from './form-costs.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-forms-'))
})
afterAll(() => rm(folder, { recursive: true }))

it('forms are timed once on a machine, and anew when what was kept is damaged', async () => {
  const cacheFolder = await mkdtemp(join(folder, 'timed-'))
  const costs = await formCosts(cacheFolder, 1)
  for (const cost of [...Object.values(costs.linear), ...Object.values(costs.conv)]) {
    expect(cost).toBeGreaterThan(0.02)
    expect(cost).toBeLessThan(20)
  }
  const [kept] = await readdir(cacheFolder)
  expect(await formCosts(cacheFolder, 1)).toEqual(costs)
  expect(await readdir(cacheFolder)).toEqual([kept])
  const file = join(cacheFolder, kept ?? '')
  await writeFile(file, (await readFile(file, 'utf8')).slice(0, 20))
  const again = await formCosts(cacheFolder, 1)
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(again)
  expect(await readdir(cacheFolder)).toEqual([kept])
}, 120_000)

describe('the form of a layer', () => {
  const good = { fast: 0.014, balanced: 0.008 }
  const layer = (key: string) => ({ key, bits: 8 }) as const
  it('is as wide as what was measured of it asks', () => {
    expect(wantedForm('fast', 'unet', layer('mid_block.resnets.0.conv1'), good)).toBe('fast')
    expect(wantedForm('fast', 'unet', layer('a.ff.net.2'), { fast: 0.2, balanced: 0.01 })).toBe('balanced')
    expect(wantedForm('fast', 'unet', layer('a.ff.net.2'), { fast: 0.2, balanced: 0.1 })).toBe('exact')
    expect(wantedForm('fast', 'unet', layer('a.ff.net.2'), { fast: Number.NaN, balanced: Number.NaN })).toBe(
      'exact',
    )
  })
  it('is exact in balanced UNets where the stream is carried, one pass where that is good, two elsewhere', () => {
    const at = (key: string, error = good) => wantedForm('balanced', 'unet', layer(key), error)
    expect(at('up_blocks.3.resnets.0.conv_shortcut')).toBe('exact')
    expect(at('down_blocks.0.downsamplers.0.conv')).toBe('exact')
    expect(at('up_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q')).toBe('fast')
    expect(
      at('up_blocks.1.attentions.0.transformer_blocks.0.ff.net.2', { fast: 0.041, balanced: 0.008 }),
    ).toBe('balanced')
  })
  it('is wider in fast, too, where the stream is carried and weights have 7 bits', () => {
    const at = (fast: number) =>
      wantedForm('fast', 'unet', layer('up_blocks.3.resnets.0.conv_shortcut'), { fast, balanced: 0.01 })
    expect([at(0.016), at(0.022)]).toEqual(['fast', 'exact'])
  })
  it('has two passes in balanced transformers, which have outliers', () => {
    expect(wantedForm('balanced', 'transformer', layer('layers.0.attention.to_q'), good)).toBe('balanced')
  })
  it('takes what is more exact where that is not slower on this processor', () => {
    const avx2 = { linear: { fast: 0.5, balanced: 1.05 }, conv: { fast: 0.75, balanced: 1.4, tiled: 0.5 } }
    const amx = { linear: { fast: 0.15, balanced: 0.3 }, conv: { fast: 0.2, balanced: 0.4, tiled: 0.5 } }
    const poor = { linear: { fast: 1.1, balanced: 2.2 }, conv: { fast: 1.5, balanced: 3, tiled: 1.1 } }
    expect(fastestForm('fast', 'linear', avx2, false)).toBe('fast')
    expect(fastestForm('balanced', 'linear', avx2, false)).toBe('balanced')
    expect(fastestForm('fast', 'conv', avx2, true)).toBe('tiled')
    expect(fastestForm('fast', 'conv', avx2, false)).toBe('fast')
    expect(fastestForm('balanced', 'conv', avx2, false)).toBe('exact')
    expect(fastestForm('exact', 'conv', avx2, true)).toBe('tiled')
    expect(fastestForm('fast', 'conv', amx, true)).toBe('fast')
    expect(fastestForm('exact', 'conv', amx, true)).toBe('tiled')
    expect(fastestForm('fast', 'linear', poor, false)).toBe('exact')
    expect(fastestForm('fast', 'conv', poor, true)).toBe('exact')
  })
})
