import type { EventName, EventValue, Handlers } from '../../contract/api.ts'
import type { Store } from '../open-store.ts'
import { changeImage, getImage } from './image-rows.ts'
import { queryImages, suggestPrompts } from './image-search.ts'

type ImageHandlers = Pick<Handlers, Extract<keyof Handlers, `images.${string}` | `prompts.${string}`>>

export function imageHandlers(
  store: () => Store,
  emit: <Name extends EventName>(name: Name, value: EventValue<Name>) => void,
): ImageHandlers {
  return {
    'images.query': (query) => queryImages(store().database, query),
    'images.get': ({ id }) => getImage(store().database, id),
    'images.change': ({ ids, change }) => {
      const { database } = store()
      database.transaction(() => {
        for (const id of ids) changeImage(database, id, change)
      })()
      emit('images.changed', { ids })
      return null
    },
    'images.trash': ({ ids }) => {
      store().library.trash(ids)
      emit('images.changed', { ids })
      return null
    },
    'images.restore': ({ ids }) => {
      store().library.restore(ids)
      emit('images.changed', { ids })
      return null
    },
    'images.erase': async ({ ids }) => {
      const receipt = await store().library.erase(ids)
      emit('images.changed', { ids })
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
    'prompts.suggest': ({ text, limit }) => suggestPrompts(store().database, text, limit),
  }
}
