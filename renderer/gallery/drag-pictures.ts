import type { ImageTile } from '../../contract/image'
import { media } from '../api'

const kind = 'application/x-sanggar-pictures'

/**
 * What a dragged picture is: its ids for an album of this window, and for the desktop a clean PNG, as Chromium
 * downloads it where it is dropped. Text and address are left out, so that dropping it into a letter says nothing.
 */
export function carryPictures(
  transfer: DataTransfer,
  ids: readonly string[],
  tile: Pick<ImageTile, 'id' | 'createdAt'>,
): void {
  transfer.effectAllowed = 'copy'
  transfer.setData(kind, JSON.stringify(ids))
  if (ids.length > 1) return
  const address = new URL(media.original(tile.id), document.baseURI).href
  transfer.setData('DownloadURL', `image/png:${fileName(tile.createdAt)}:${address}`)
}

/** Sorts by time and says nothing of the prompt. */
function fileName(createdAt: number): string {
  return `sanggar-${new Date(createdAt).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-')}.png`
}

export const carriesPictures = (transfer: DataTransfer): boolean => transfer.types.includes(kind)

export function carriedPictures(transfer: DataTransfer): string[] {
  try {
    const ids: unknown = JSON.parse(transfer.getData(kind))
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []
  } catch {
    return [] // dragged from elsewhere under our name
  }
}
