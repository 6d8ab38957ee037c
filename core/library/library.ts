import { SanggarError } from '../../contract/errors.ts'
import type { Image } from '../../contract/image.ts'
import { madePixelLimit } from '../../contract/picture-limits.ts'
import type { Receipt } from '../../contract/privacy.ts'
import type { RawMask, RawPicture } from '../../inference/protocol.ts'
import { broughtBy } from '../export/brought.ts'
import { forgetDeleted } from '../database/forget.ts'
import type { Connection } from '../database/open-database.ts'
import { statement } from '../database/statement.ts'
import { newId } from '../vault/identifier.ts'
import type { ItemStore } from '../vault/item-store.ts'
import { fingerprintOf, keepFingerprint } from './fingerprints.ts'
import { deleteImageRow, getImage, insertImage, setTrashed } from './image-rows.ts'
import { eraseDoomed } from './doomed.ts'
import { encodePng, encodeThumbnail, readMask, readPicture } from './picture-codec.ts'

export type NewImage = Omit<
  Image,
  'id' | 'bytes' | 'width' | 'height' | 'starred' | 'title' | 'note' | 'tags'
> & { title?: string }

export type Library = {
  /**
   * Keeps a picture: sealed file first, then the row, in one transaction with what `alongside` writes.
   * When this resolves the picture survives a power cut.
   */
  keep(picture: RawPicture, image: NewImage, alongside?: (image: Image) => void): Promise<Image>
  /** A picture that somebody brought, as clean pixels; `told`: what its file says of how it was made. */
  bringIn(bytes: Uint8Array, name: string, origin: 'input' | 'mask', told?: Partial<NewImage>): Promise<Image>
  readPixels(id: string): Promise<RawPicture>
  readMask(id: string): Promise<RawMask>
  /** The stored PNG. */
  readPng(id: string): Promise<Buffer>
  /** WebP of at most `width` pixels on its longer side; made and kept when it is not there yet. */
  readThumbnail(id: string, width: 320 | 640): Promise<Buffer>
  trash(ids: string[]): void
  restore(ids: string[]): void
  /** For good: keys, rows, index entries, files, thumbnails. */
  erase(ids: string[]): Promise<Receipt>
}

export function openLibrary(database: Connection, items: ItemStore): Library {
  const library: Library = {
    async keep(picture, partial, alongside) {
      const png = await encodePng(picture)
      const fingerprint = await fingerprintOf(picture)
      return keepPng(png, { ...partial, width: picture.width, height: picture.height }, (image) => {
        keepFingerprint(database, image.id, fingerprint)
        alongside?.(image)
      })
    },

    async bringIn(bytes, name, origin, told = {}) {
      const picture =
        origin === 'mask' ? grayPicture(await readMask(bytes, name)) : await readPicture(bytes, name)
      const brought = origin === 'mask' ? [] : await broughtBy(Buffer.from(bytes))
      return library.keep(picture, {
        ...blankImage(),
        ...told,
        origin,
        createdAt: Date.now(),
        ...(brought.length === 0 ? {} : { brought }),
      })
    },

    async readPixels(id) {
      return readPicture(await library.readPng(id), id, madePixelLimit)
    },

    async readMask(id) {
      return readMask(await library.readPng(id), id, madePixelLimit)
    },

    async readPng(id) {
      getImage(database, id)
      return items.get(id, 'picture')
    },

    async readThumbnail(id, width) {
      getImage(database, id)
      const part = `thumbnail-${width}` as const
      if (await items.has(id, part)) {
        try {
          return await items.get(id, part)
        } catch (cause) {
          // A thumbnail can be made again; only a damaged picture is an error that somebody must see.
          if (!(cause instanceof SanggarError && cause.failure.code === 'item-damaged')) throw cause
        }
      }
      const thumbnail = await encodeThumbnail(await items.get(id, 'picture'), width)
      await items.put(id, part, null, thumbnail)
      return thumbnail
    },

    trash(ids) {
      const now = Date.now()
      database.transaction(() => {
        for (const id of ids) setTrashed(database, id, now)
      })()
    },

    restore(ids) {
      database.transaction(() => {
        for (const id of ids) setTrashed(database, id, null)
      })()
    },

    async erase(ids) {
      // [Note: Erasing] The rows go together with a note of what has to leave the disk; a crash in between is
      // finished by the sweep at the next start, never undone by it.
      database.transaction(() => {
        for (const id of ids) {
          if (deleteImageRow(database, id)) statement(database, 'INSERT INTO erasing VALUES (?)').run(id)
        }
      })()
      const receipt = await eraseDoomed(database, items)
      await forgetDeleted(database)
      return receipt
    },
  }

  async function keepPng(
    png: Buffer,
    partial: NewImage & { width: number; height: number },
    alongside?: (image: Image) => void,
  ): Promise<Image> {
    const id = newId()
    const thumbnail = await encodeThumbnail(png, 320)
    await items.put(id, 'thumbnail-320', null, thumbnail)
    const unsized: Image = { title: '', ...partial, id, bytes: 0, starred: false, note: '', tags: [] }
    const image = { ...unsized, bytes: await items.put(id, 'picture', unsized, png) }
    database.transaction(() => {
      insertImage(database, image)
      alongside?.(image)
    })()
    return image
  }

  return library
}

export function blankImage(): Omit<NewImage, 'origin' | 'createdAt'> {
  return { prompt: '', negativePrompt: '', model: '', ignoredWords: [] }
}

function grayPicture(mask: RawMask): RawPicture {
  const rgb = new Uint8Array(mask.gray.length * 3)
  for (const [index, value] of mask.gray.entries()) rgb.fill(value, index * 3, index * 3 + 3)
  return { width: mask.width, height: mask.height, rgb }
}
