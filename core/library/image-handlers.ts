import type { EventName, EventValue, Handlers } from '../../contract/api.ts'
import { SanggarError } from '../../contract/errors.ts'
import { perRoom, roomOfImage } from '../incognito/rooms.ts'
import type { Store } from '../open-store.ts'
import { readSettings } from '../settings/settings-store.ts'
import { collectionHandlers } from './collections.ts'
import { findDuplicates, takeFingerprints } from './duplicates.ts'
import { changeImage, getImage } from './image-rows.ts'
import { countDays, matchingImages, queryImages, suggestPrompts } from './image-search.ts'

type ImageHandlers = Pick<
  Handlers,
  Extract<
    keyof Handlers,
    `images.${string}` | `prompts.${string}` | `collections.${string}` | `duplicates.${string}`
  >
>

const idsShown = 100

export function imageHandlers(
  store: () => Store,
  emit: <Name extends EventName>(name: Name, value: EventValue<Name>) => void,
): ImageHandlers {
  return {
    'images.query': (query) => queryImages(store().database, query),
    'images.get': ({ id }) => getImage(roomOfImage(store(), id).database, id),
    'images.change': ({ ids, change }) => {
      for (const { room, ids: own } of perRoom(store(), ids)) {
        room.database.transaction(() => {
          for (const id of own) changeImage(room.database, id, change)
        })()
      }
      emit('images.changed', { ids })
      return null
    },
    'images.trash': ({ ids }) => {
      for (const { room, ids: own } of perRoom(store(), ids)) room.library.trash(own)
      emit('images.changed', { ids })
      return null
    },
    'images.restore': ({ ids }) => {
      for (const { room, ids: own } of perRoom(store(), ids)) room.library.restore(own)
      emit('images.changed', { ids })
      return null
    },
    'images.erase': async ({ ids }) => {
      const { incognito, library } = store()
      const inSession = ids.filter((id) => incognito.hasImage(id))
      if (inSession.length > 0) await incognito.room().library.erase(inSession)
      const receipt = await library.erase(ids.filter((id) => !inSession.includes(id)))
      emit('images.changed', { ids })
      if (inSession.length > 0) emit('incognito.changed', incognito.state())
      return receipt
    },
    'images.emptyTrash': async () => {
      const { database, library } = store()
      const ids = database
        .prepare('SELECT id FROM images WHERE trashed_at IS NOT NULL')
        .pluck()
        .all() as string[]
      const receipt = await library.erase(ids)
      emit('images.changed', { ids })
      return receipt
    },
    'images.countMatching': (query) => {
      const matching = matchingImages(store().database, query)
      return {
        count: matching.length,
        bytes: matching.reduce((sum, { bytes }) => sum + bytes, 0),
        ids: matching.slice(0, idsShown).map(({ id }) => id),
      }
    },
    'images.eraseMatching': async ({ query, count }) => {
      const { database, library } = store()
      const ids = matchingImages(database, query).map(({ id }) => id)
      // Somebody confirmed a number; another number is another question.
      if (ids.length !== count) throw new SanggarError({ code: 'confirmation-required' })
      const receipt = await library.erase(ids)
      emit('images.changed', { ids })
      return receipt
    },
    'images.days': (query) => countDays(store().database, query),
    ...collectionHandlers(store, emit),
    'duplicates.find': ({ alike }) => findDuplicates(store().database, alike),
    'duplicates.scan': () => {
      const { database, library, works } = store()
      return works.start('duplicates', (report) => takeFingerprints({ database, library }, report))
    },
    'prompts.suggest': ({ text, limit }) => {
      const { database } = store()
      return readSettings(database).suggestions ? suggestPrompts(database, text, limit) : []
    },
  }
}
