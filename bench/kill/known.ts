import type { Report } from './worker.ts'

type Told = Extract<Report, { type: 'began' | 'acknowledged' }>

/** What is known of a library from what its program said before it was killed. */
export type Known = {
  /** acknowledged and not erased since */
  present: Set<string>
  erased: Set<string>
  /** an erase or a restore had begun: there or not, both are right */
  unsure: Set<string>
  /** those that may be the right one: two while a change was under way */
  passphrases: (string | null)[]
  deletingAll: boolean
  /** files outside the library that were acknowledged; looked at once */
  promised: string[]
}

export function knowNothing(): Known {
  return {
    present: new Set(),
    erased: new Set(),
    unsure: new Set(),
    passphrases: [null],
    deletingAll: false,
    promised: [],
  }
}

/** Acts whose acknowledgement means that these pictures are there. */
const bringing = new Set(['generate', 'import', 'resume', 'restore'])

export function learn(known: Known, told: Told): void {
  if (told.type === 'began') began(known, told)
  else acknowledged(known, told)
}

function began(known: Known, { what, ids = [], next }: Told): void {
  if (what === 'erase') for (const id of ids) known.unsure.add(id)
  if (what === 'restore') {
    // What was erased after the backup comes back with it.
    for (const id of ids) {
      known.erased.delete(id)
      if (!known.present.has(id)) known.unsure.add(id)
    }
  }
  if (what === 'passphrase') known.passphrases.push(next ?? null)
  if (what === 'deleteAll') {
    known.deletingAll = true
    known.passphrases.push(null)
  }
}

function acknowledged(known: Known, { what, ids = [], files = [], next }: Told): void {
  known.promised.push(...files)
  if (bringing.has(what)) {
    for (const id of ids) {
      known.present.add(id)
      known.unsure.delete(id)
    }
  }
  if (what === 'erase') {
    for (const id of ids) {
      known.unsure.delete(id)
      known.present.delete(id)
      known.erased.add(id)
    }
  }
  if (what === 'passphrase') known.passphrases = [next ?? null]
  if (what === 'deleteAll') {
    everythingGone(known)
    known.deletingAll = false
    known.passphrases = [null]
  }
}

export function everythingGone(known: Known): void {
  for (const id of known.present) known.erased.add(id)
  known.present.clear()
}
