import { SanggarError } from '../../contract/errors.ts'
import type { ItemPart, ItemStore } from '../vault/item-store.ts'

export type MemoryItems = ItemStore & {
  /** Overwrites every byte and forgets it. */
  clear(): void
  bytes(): number
}

/** Items that never become files. What is removed is overwritten first, as far as this process holds it. */
export function openMemoryItems(): MemoryItems {
  const bodies = new Map<string, Buffer>()
  const nameOf = (id: string, part: ItemPart) => `${id}.${part}`
  const wanted = (id: string, part: ItemPart): Buffer => {
    const body = bodies.get(nameOf(id, part))
    if (body === undefined) throw new SanggarError({ code: 'item-damaged', id })
    return body
  }

  return {
    folder: '',
    put(id, part, _record, body) {
      bodies.set(nameOf(id, part), Buffer.from(body))
      return Promise.resolve(body.length)
    },
    // A copy: whoever reads a picture must not see it blackened when it is erased meanwhile.
    async get(id, part) {
      return Buffer.from(wanted(id, part))
    },
    has: (id, part) => Promise.resolve(bodies.has(nameOf(id, part))),
    async size(id) {
      return wanted(id, 'picture').length
    },
    record: () => Promise.resolve(null),
    reseal: () => Promise.resolve(undefined),
    overwrite: () => Promise.resolve(),
    async erase(id) {
      const gone = { files: 0, bytes: 0 }
      for (const [name, body] of bodies) {
        if (!name.startsWith(`${id}.`)) continue
        gone.files += 1
        gone.bytes += body.length
        body.fill(0)
        bodies.delete(name)
      }
      return gone
    },
    isNew: () => true,
    list: () => Promise.resolve({ items: [], unfinished: [] }),
    async *folders() {},
    clear() {
      for (const body of bodies.values()) body.fill(0)
      bodies.clear()
    },
    bytes: () => [...bodies.values()].reduce((sum, body) => sum + body.length, 0),
  }
}
