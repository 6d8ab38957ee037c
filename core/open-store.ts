import path from 'node:path'
import type { EventName, EventValue } from '../contract/api.ts'
import type { Image } from '../contract/image.ts'
import { databaseFailure } from './database/database-failure.ts'
import { openDatabase, type Connection } from './database/open-database.ts'
import { createExporter, type Exporter } from './export/export-run.ts'
import type { Host } from './host.ts'
import { type Incognito, createIncognito } from './incognito/incognito.ts'
import type { InferenceClient } from './jobs/inference-client.ts'
import { interruptRunning } from './jobs/job-rows.ts'
import { createJobRunner, type JobRunner } from './jobs/job-runner.ts'
import { openLibrary, type Library } from './library/library.ts'
import { type Housekeeping, keepHouse } from './library/housekeeping.ts'
import { sweepLibrary } from './library/sweep.ts'
import { createModelRegistry, type ModelRegistry } from './models/model-registry.ts'
import { taskOf } from './models/task.ts'
import { ignoredWords, readVocabulary } from './models/vocabulary.ts'
import { finishRewriting } from './privacy/rewrite-images.ts'
import { readSettings } from './settings/settings-store.ts'
import { itemsName, openItemStore, type ItemStore } from './vault/item-store.ts'
import { openVaultKeys, type VaultKeys } from './vault/vault-key.ts'
import { createWorkList, type WorkList } from './works/work-list.ts'

/** Everything that belongs to one vault. */
export type Store = {
  keys: VaultKeys
  database: Connection
  items: ItemStore
  library: Library
  models: ModelRegistry
  jobs: JobRunner
  exporter: Exporter
  works: WorkList
  housekeeping: Housekeeping
  incognito: Incognito
  ignoredWords(model: string, prompt: string): Promise<string[]>
}

export async function openStore(
  host: Host,
  inference: InferenceClient,
  emit: <Name extends EventName>(name: Name, value: EventValue<Name>) => void,
  passphrase?: string,
): Promise<Store> {
  const keys = await openVaultKeys(host.dataDirectory, { keychain: host.keychain, passphrase })
  const database = openDatabase(host.dataDirectory, keys.database)
  try {
    const items = openItemStore(path.join(host.dataDirectory, itemsName), keys.items)
    const library = openLibrary(database, items)
    await finishRewriting(database, items)
    await sweepLibrary(database, items)
    interruptRunning(database)
    const housekeeping = await keepHouse(database, library, (ids) => emit('images.changed', { ids }))

    const models = createModelRegistry({
      database,
      builtInFolder: host.resources.models,
      version: host.version,
      describe: (target) => inference.describe(target),
    })
    const ignored = async (model: string, prompt: string): Promise<string[]> => {
      const vocabulary = await readVocabulary((await models.resolve(model)).path)
      return vocabulary === undefined ? [] : ignoredWords(vocabulary, prompt)
    }
    const runnerOf = (room: { database: Connection; library: Library }, onImage: (image: Image) => void) =>
      createJobRunner({
        database: room.database,
        library: room.library,
        inference,
        runtime() {
          const { executionProvider, threads, memoryCeiling, precision } = readSettings(database)
          const cacheFolder = path.join(host.dataDirectory, 'cache', 'weights')
          return {
            executionProvider,
            threads,
            memoryCeiling: memoryCeiling * 1024 ** 3,
            precision,
            cacheFolder,
          }
        },
        taskOf: (request, made) => taskOf(request, made, { models, library: room.library }),
        ignoredWords: async (request) =>
          request.kind === 'generate' ? ignored(request.model, request.prompt) : [],
        onJob: (job) => emit('job.changed', job),
        onImage,
      })
    const jobs = runnerOf({ database, library }, (image) => emit('image.added', { id: image.id }))
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
    // What waited when the last process ended goes on; what ran is interrupted and asks first.
    jobs.wake()
    const exporter = createExporter({ database, library, version: host.version })
    const works = createWorkList((work) => emit('work.changed', work))
    return {
      keys,
      database,
      items,
      library,
      models,
      jobs,
      exporter,
      works,
      housekeeping,
      incognito,
      ignoredWords: ignored,
    }
  } catch (error) {
    database.close()
    throw databaseFailure(error, host.dataDirectory)
  }
}
