import type { Store } from '../open-store.ts'
import type { Room } from './incognito.ts'

/** The vault and, while there is one, the incognito session: requests name an id, this says whose it is. */
export function roomsOf(store: Store): Room[] {
  const session = store.incognito.peek()
  return session === undefined ? [store] : [session, store]
}

export function roomOfImage(store: Store, id: string): Room {
  return store.incognito.hasImage(id) ? store.incognito.room() : store
}

export function roomOfJob(store: Store, id: string): Room {
  return store.incognito.hasJob(id) ? store.incognito.room() : store
}

/** `images`: ids, or a word for pictures of the vault. The session's when every picture is in it; in a mixed selection those of the session are 'not-found'. */
export function roomOfImages(store: Store, images: string | readonly string[]): Room {
  const own =
    typeof images !== 'string' && images.length > 0 && images.every((id) => store.incognito.hasImage(id))
  return own ? store.incognito.room() : store
}

/** A selection, room by room. */
export function perRoom(store: Store, ids: readonly string[]): { room: Room; ids: string[] }[] {
  const [inside, outside] = [
    ids.filter((id) => store.incognito.hasImage(id)),
    ids.filter((id) => !store.incognito.hasImage(id)),
  ]
  return [
    ...(inside.length > 0 ? [{ room: store.incognito.room(), ids: inside }] : []),
    ...(outside.length > 0 ? [{ room: store as Room, ids: outside }] : []),
  ]
}
