import { expect, test } from 'vitest'
import type { Image } from '../../contract/image'
import type { Api } from '../api'
import { drawnOf } from './recall'

const drawn = { id: 'drawn', origin: 'made' } as Image
const enlarged = { id: 'enlarged', origin: 'enhanced', source: 'drawn' } as Image
const restored = { id: 'restored', origin: 'enhanced', source: 'enlarged' } as Image
const library = (...images: Image[]): Pick<Api, 'call'> => ({
  call(_name, input) {
    const found = images.find(({ id }) => id === (input as { id: string }).id)
    return Promise.resolve(
      (found
        ? { ok: true, value: found }
        : { ok: false, failure: { code: 'not-found', what: 'image', id: '' } }) as never,
    )
  },
})

test('settings are those of the picture that was drawn, however often it was enlarged or restored', async () => {
  const api = library(drawn, enlarged, restored)
  expect((await drawnOf(api, restored)).id).toBe('drawn')
  expect((await drawnOf(api, drawn)).id).toBe('drawn')
  expect((await drawnOf(library(restored), restored)).id).toBe('restored')
})
