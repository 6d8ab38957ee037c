import { stat } from 'node:fs/promises'
import path from 'node:path'
import { SanggarError } from '../contract/errors.ts'
import type { EventName, EventValue } from '../contract/api.ts'
import type { Image } from '../contract/image.ts'
import { readPrompt } from '../contract/known-words.ts'
import { wordsOnly } from '../contract/prompt-words.ts'
import { defaultSettings, type Settings } from '../contract/settings.ts'
import { databaseFailure } from './database/database-failure.ts'
import { openDatabase, type Connection, isSwept } from './database/open-database.ts'
import { createExporter, type Exporter } from './export/export-run.ts'
import type { Host } from './host.ts'
import { type Incognito, createIncognito } from './incognito/incognito.ts'
import type { RuntimeOptions } from '../inference/protocol.ts'
import type { InferenceClient } from './jobs/inference-client.ts'
import { type Checkpoints, openCheckpoints } from './jobs/checkpoints.ts'
import { interruptRunning, wasPaused } from './jobs/job-rows.ts'
import { createJobRunner, type JobRunner } from './jobs/job-runner.ts'
import { createRestorePreviews, type RestorePreviews } from './jobs/restore-preview.ts'
import { coveredNow, wordsOf, getImage } from './library/image-rows.ts'
import { openLibrary, type Library } from './library/library.ts'
import { type Housekeeping, keepHouse } from './library/housekeeping.ts'
import { eraseDoomed } from './library/doomed.ts'
import { type Sweeping, startSweep } from './library/sweep.ts'
import { createModelRegistry, type ModelRegistry } from './models/model-registry.ts'
import { preparedPath } from './models/prepared-forms.ts'
import { createPreparer, type Preparer } from './models/preparer.ts'
import { taskOf } from './models/task.ts'
import { saidBy } from './models/shipped-models.ts'
import { coverOf } from './privacy/cover.ts'
import { finishRewriting } from './privacy/rewrite-images.ts'
import { readSettings } from './settings/settings-store.ts'
import { itemsName, listItems, openItemStore, type ItemStore } from './vault/item-store.ts'
import { databaseName, openVaultKeys, type VaultKeys } from './vault/vault-key.ts'
import { createWorkList, type WorkList } from './works/work-list.ts'

/** In safe mode the machine's own settings are as they were on the first day, and the CPU draws. */
function safely({ safe }: Host, settings: Settings): Settings {
  if (safe !== true) return settings
  const { threads, memoryCeiling } = defaultSettings
  return { ...settings, executionProvider: 'cpu', threads, memoryCeiling, precision: 'exact' }
}

/** Everything that belongs to one vault. */
export type Store = {
  keys: VaultKeys
  database: Connection
  items: ItemStore
  library: Library
  models: ModelRegistry
  jobs: JobRunner
  checkpoints: Checkpoints
  exporter: Exporter
  works: WorkList
  housekeeping: Housekeeping
  /** after a crash: what looks for pictures without a row */
  sweeping: Sweeping | undefined
  preparer: Preparer
  runtime(): RuntimeOptions
  incognito: Incognito
  restorePreviews: RestorePreviews
  ignoredWords(model: string, prompt: string): Promise<string[]>
}

/**
 * Pictures without a database, or with one of no bytes (what a crash of the file system leaves), are a library that lost
 * it. A new one in its place would bring the pictures back without their titles, albums and stars, and without a word:
 * that is for `library repair` to do, when somebody asks.
 */
async function refuseWithoutDatabase(dataDirectory: string): Promise<void> {
  const file = path.join(dataDirectory, databaseName)
  const size = (await stat(file).catch(() => undefined))?.size ?? 0
  if (size > 0) return
  const { items } = await listItems(path.join(dataDirectory, itemsName))
  if (items.length > 0) throw new SanggarError({ code: 'library-damaged', path: file, detail: 'missing' })
}

export async function openStore(
  host: Host,
  inference: InferenceClient,
  emit: <Name extends EventName>(name: Name, value: EventValue<Name>) => void,
  passphrase?: string,
): Promise<Store> {
  const keys = await openVaultKeys(host.dataDirectory, { keychain: host.keychain, passphrase })
  await refuseWithoutDatabase(host.dataDirectory)
  const database = openDatabase(host.dataDirectory, keys.database)
  try {
    const items = openItemStore(path.join(host.dataDirectory, itemsName), keys.items)
    const library = openLibrary(database, items)
    await finishRewriting(database, items)
    // Listing the files of 100,000 pictures takes seconds on a slow disk: only after a crash, and nobody waits for it.
    await eraseDoomed(database, items)
    const sweeping = isSwept(database)
      ? undefined
      : startSweep(database, items, {
          onAdopted: (id) => emit('image.added', { id }),
          onDamage: () => emit('app.changed', null),
        })
    interruptRunning(database)
    const housekeeping = await keepHouse(database, library, (ids) => emit('images.changed', { ids }))

    const models = createModelRegistry({
      database,
      builtInFolder: host.resources.models,
      version: host.version,
      describe: (target, override) => inference.describe(target, override),
    })
    const ignored = async (model: string, prompt: string): Promise<string[]> => {
      const { vocabulary } = await saidBy(await models.resolve(model))
      return vocabulary === undefined ? [] : readPrompt(vocabulary.languages, wordsOnly(prompt)).ignored
    }
    const runtime = (): RuntimeOptions => {
      const settings = safely(host, readSettings(database))
      const { executionProvider, threads, memoryCeiling, keepModels, precision, checkPictures } = settings
      return {
        executionProvider,
        threads,
        memoryCeiling: memoryCeiling * 1024 ** 3,
        keepModels,
        precision,
        cacheFolder: path.join(host.dataDirectory, preparedPath),
        cacheLimit: settings.preparedLimit * 1024 ** 3,
        checkPictures,
      }
    }
    const preparer = createPreparer({
      host,
      runtime,
      models,
      onPrepared: () => emit('models.changed', null),
    })
    type Place = { database: Connection; library: Library; checkpoints: Checkpoints }
    const runnerOf = (room: Place, onImage: (image: Image) => void) =>
      createJobRunner({
        database: room.database,
        library: room.library,
        checkpoints: room.checkpoints,
        checkpointEvery: host.checkpointEvery,
        safe: host.safe,
        inference,
        runtime,
        taskOf: (request, made) => taskOf(request, made, { models, library: room.library }),
        ignoredWords: async (request) =>
          request.kind === 'generate' ? ignored(request.model, request.prompt) : [],
        completed(image, record) {
          // What is made in a session may come from the vault.
          const from = image.source ?? ''
          const source = coveredNow(room.database, from) ?? coveredNow(database, from)
          const covered = coverOf(readSettings(database), image, record, source)
          // Enlarged or restored, a picture is found by the same words as before.
          const words =
            image.origin === 'enhanced'
              ? (wordsOf(room.database, from) ?? wordsOf(database, from))
              : undefined
          return { ...image, ...words, ...(covered !== undefined && { covered }) }
        },
        onJob(job) {
          preparer.onJob(job)
          emit('job.changed', job)
        },
        onImage,
      })
    const checkpoints = openCheckpoints(database, items)
    const jobs = runnerOf({ database, library, checkpoints }, (image) =>
      emit('image.added', { id: image.id }),
    )
    const incognito: Incognito = createIncognito({
      version: host.version,
      main: { database, library },
      createJobs(room) {
        const own = runnerOf(room, (image) => {
          emit('image.added', { id: image.id })
          emit('incognito.changed', incognito.state())
        })
        own.setPaused(jobs.paused())
        return own
      },
      onChange: (state) => emit('incognito.changed', state),
    })
    jobs.setPaused(wasPaused(database))
    // What waited when the last process ended goes on; what ran is interrupted and asks first.
    jobs.wake()
    const exporter = createExporter({ database, library, version: host.version })
    const works = createWorkList((work) => emit('work.changed', work))
    const restorePreviews = createRestorePreviews({
      inference,
      models,
      runtime,
      roomOf(image) {
        const session = incognito.peek()
        const room = session !== undefined && incognito.hasImage(image) ? session : { database, library }
        getImage(room.database, image)
        return room
      },
    })
    return {
      keys,
      database,
      items,
      library,
      models,
      jobs,
      checkpoints,
      exporter,
      works,
      housekeeping,
      sweeping,
      preparer,
      runtime,
      incognito,
      restorePreviews,
      ignoredWords: ignored,
    }
  } catch (error) {
    database.close()
    throw databaseFailure(error, host.dataDirectory)
  }
}
