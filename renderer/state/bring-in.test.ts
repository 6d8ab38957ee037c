import { expect, test, vi } from 'vitest'
import { createApi } from '../api'

test('what is brought in during an incognito session says so, and nothing else does', async () => {
  const asked: string[] = []
  vi.stubGlobal('fetch', (address: string) => {
    asked.push(address)
    return Promise.resolve(Response.json({ id: 'a', width: 1, height: 1 }))
  })
  const api = createApi('token', { send: () => undefined, onMessage: () => undefined } as never)
  const picture = new Blob(['x'])
  await api.upload('picture', picture, 'a b.png', true)
  await api.upload('mask', picture, 'mask.png', true)
  await api.upload('picture', picture, 'a.png')
  vi.unstubAllGlobals()
  expect(asked).toEqual([
    'media/input?name=a%20b.png&incognito=1',
    'media/mask?name=mask.png&incognito=1',
    'media/input?name=a.png',
  ])
})
