import sharp from 'sharp'
import { expect, test } from 'vitest'
import { madePixelLimit } from '../../contract/picture-limits.ts'
import { encodeThumbnail, readPicture } from './picture-codec.ts'

const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#336699' } })
    .toColourspace('b-w')
    .png({ compressionLevel: 1 })
    .toBuffer()

test('what was enlarged has a thumbnail, however large it is', async () => {
  const png = await plain(16_000, 16_000)
  expect(16_000 ** 2).toBe(madePixelLimit)
  expect(await sharp(await encodeThumbnail(png, 320)).metadata()).toMatchObject({ width: 320, height: 320 })
})

test('a picture from outside is counted before it is decompressed', async () => {
  const png = await plain(10_000, 7000)
  await expect(readPicture(png, 'wall.png')).rejects.toMatchObject({
    failure: { code: 'picture-too-large', megapixels: 70, limit: 64 },
  })
  const small = await plain(30, 20)
  expect(await readPicture(small, 'small.png')).toMatchObject({ width: 30, height: 20 })
})
