import type { AppInfo, EventName, EventValue } from '../contract/api.ts'
import { SanggarError } from '../contract/errors.ts'
import type { Receipt } from '../contract/privacy.ts'
import { databaseFailure } from './database/database-failure.ts'
import { closeDatabase } from './database/open-database.ts'
import { createDraggedFiles, type DraggedFiles } from './export/dragged-files.ts'
import type { Host } from './host.ts'
import type { InferenceClient } from './jobs/inference-client.ts'
import { openStore, type Store } from './open-store.ts'
import { deleteEverything, finishDeleting } from './privacy/delete-all.ts'
import { readSettings } from './settings/settings-store.ts'
import { sweepLook } from './settings/window-look.ts'
import { changePassphrase, forgetKeys, shredHalfKeys, vaultKeptIn, type KeptIn } from './vault/vault-key.ts'

export type VaultState = AppInfo['vault']

/**
 * The one store that is open, or none while the vault is locked. Locked means: database closed, keys overwritten,
 * every request but unlocking and deleting everything answered with 'vault-locked'.
 */
export type StoreHolder = {
  dragged: DraggedFiles
  /** Throws 'vault-locked'. */
  current(): Store
  peek(): Store | undefined
  state(): VaultState
  lock(): Promise<void>
  unlock(passphrase: string): Promise<void>
  /** null: back to the keychain or the key file. */
  changePassphrase(current: string | undefined, next: string | null): Promise<void>
  deleteEverything(): Promise<Receipt>
  close(): Promise<void>
}

/** Wrong passphrases before each further one has to wait, twice as long each time. */
const freeTries = 3
const longestWait = 300

const newsEvery = 100

/** Progress that is told ten times a second at most, and at its end. */
function sometimes(tell: (done: number, total: number) => void): (done: number, total: number) => void {
  let toldAt = 0
  return (done, total) => {
    if (done < total && Date.now() - toldAt < newsEvery) return
    toldAt = Date.now()
    tell(done, total)
  }
}

export async function createStoreHolder(
  host: Host,
  inference: InferenceClient,
  emit: <Name extends EventName>(name: Name, value: EventValue<Name>) => void,
): Promise<StoreHolder> {
  await finishDeleting(host.dataDirectory)
  await shredHalfKeys(host.dataDirectory)
  const dragged = createDraggedFiles(host.dataDirectory)
  await dragged.erase()
  await sweepLook(host.dataDirectory)
  let keptIn: KeptIn = (await vaultKeptIn(host.dataDirectory)) ?? 'key-file'
  let store: Store | undefined
  let finishing: Promise<void> = Promise.resolve()
  let failedTries = 0
  let nextTryAt = 0

  async function open(passphrase?: string): Promise<void> {
    store = await openStore(host, inference, emit, passphrase)
    keptIn = store.keys.keptIn
  }

  function announce(): void {
    emit('vault.changed', holder.state())
  }

  async function closeStore(closing: Store, running: 'interrupt' | 'requeue' | 'finish'): Promise<void> {
    closing.restorePreviews.end()
    await dragged.erase()
    await closing.incognito.end()
    closing.preparer.close()
    await closing.sweeping?.close()
    await closing.housekeeping.close()
    await closing.works.close()
    await closing.jobs.close(running)
    try {
      closeDatabase(closing.database)
    } catch (error) {
      // Closed all the same: a damaged page must not keep the keys in memory or the directory locked.
      closing.database.close()
      throw databaseFailure(error, host.dataDirectory)
    } finally {
      forgetKeys(closing.keys)
    }
  }

  async function tryPassphrase<Value>(attempt: () => Promise<Value>): Promise<Value> {
    // Not the calendar's clock: set back by a year it would lock somebody out for one.
    const wait = Math.ceil((nextTryAt - performance.now()) / 1000)
    if (wait > 0) throw new SanggarError({ code: 'vault-passphrase-wait', waitSeconds: wait })
    try {
      const value = await attempt()
      failedTries = 0
      return value
    } catch (error) {
      if (!(error instanceof SanggarError) || error.failure.code !== 'vault-passphrase-wrong') throw error
      failedTries += 1
      const seconds = failedTries < freeTries ? 0 : Math.min(longestWait, 2 ** (failedTries - freeTries))
      nextTryAt = performance.now() + seconds * 1000
      if (seconds === 0) throw error
      throw new SanggarError({ code: 'vault-passphrase-wait', waitSeconds: seconds }, { cause: error })
    }
  }

  const holder: StoreHolder = {
    dragged,
    current() {
      if (store === undefined) throw new SanggarError({ code: 'vault-locked' })
      return store
    },
    peek: () => store,
    state: () => ({ state: store === undefined ? 'locked' : 'open', keptIn }),

    async lock() {
      // Without a passphrase anybody could unlock it again: a lock that only looks like one is worse than none.
      if (keptIn !== 'passphrase') throw new SanggarError({ code: 'vault-passphrase-missing' })
      if (store === undefined) return
      const closing = store
      const { whenLocked } = readSettings(closing.database)
      store = undefined
      announce()
      inference.release()
      finishing = closeStore(closing, whenLocked === 'finish' ? 'finish' : 'requeue')
      if (whenLocked === 'pause') await finishing
    },

    async unlock(passphrase) {
      if (store !== undefined) return
      await tryPassphrase(async () => {
        await finishing
        await open(passphrase)
      })
      announce()
    },

    async changePassphrase(current, next) {
      const keys = holder.current().keys
      const access = { keychain: host.keychain, passphrase: current }
      if (keptIn === 'passphrase' && current === undefined) {
        throw new SanggarError({ code: 'vault-passphrase-wrong' })
      }
      keptIn = await tryPassphrase(() => changePassphrase(host.dataDirectory, access, next))
      keys.keptIn = keptIn
      announce()
    },

    async deleteEverything() {
      await finishing
      await dragged.erase()
      const closing = store
      store = undefined
      closing?.restorePreviews.end()
      await closing?.incognito.end()
      closing?.preparer.close()
      await closing?.sweeping?.close()
      await closing?.housekeeping.close()
      await closing?.works.close()
      await closing?.jobs.close('interrupt')
      inference.restart()
      const tell = sometimes((done: number, total: number) => emit('library.emptying', { done, total }))
      const receipt = await deleteEverything(host.dataDirectory, closing?.database, tell)
      if (closing !== undefined) forgetKeys(closing.keys)
      failedTries = nextTryAt = 0
      await open()
      announce()
      return receipt
    },

    async close() {
      await finishing
      const closing = store
      store = undefined
      if (closing !== undefined) await closeStore(closing, 'interrupt')
    },
  }

  if (keptIn !== 'passphrase') await open()
  return holder
}
