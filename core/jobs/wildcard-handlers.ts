import type { EventName, EventValue, Handlers } from '../../contract/api.ts'
import { SanggarError } from '../../contract/errors.ts'
import type { Store } from '../open-store.ts'
import { listWildcards, readWildcard, removeWildcard, saveWildcard } from './wildcard-store.ts'

type WildcardHandlers = Pick<Handlers, Extract<keyof Handlers, `wildcards.${string}`>>

export function wildcardHandlers(
  store: () => Store,
  emit: <Name extends EventName>(name: Name, value: EventValue<Name>) => void,
): WildcardHandlers {
  const changed = () => {
    emit('wildcards.changed', null)
    return null
  }
  return {
    'wildcards.list': () => listWildcards(store().database),
    'wildcards.get': ({ name }) => ({ text: readWildcard(store().database, name.toLowerCase()) }),
    'wildcards.save': ({ name, text, was }) => {
      const { database } = store()
      const key = name.toLowerCase()
      const before = was?.toLowerCase()
      const taken = listWildcards(database).some((list) => list.name === key)
      if (taken && before !== undefined && before !== key)
        throw new SanggarError({ code: 'already-exists', path: name })
      database.transaction(() => {
        if (before !== undefined && before !== key) removeWildcard(database, before)
        saveWildcard(database, key, text)
      })()
      return changed()
    },
    'wildcards.remove': ({ name }) => {
      removeWildcard(store().database, name.toLowerCase())
      return changed()
    },
  }
}
