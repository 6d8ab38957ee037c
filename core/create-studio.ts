import { availableParallelism, freemem, totalmem } from 'node:os'
import path from 'node:path'
import type { EventName, EventValue, Handlers } from '../contract/api.ts'
import type { Settings } from '../contract/settings.ts'
import { SanggarError } from '../contract/errors.ts'
import { openBackup } from './backup/backup-file.ts'
import { restoreBackup } from './backup/restore-backup.ts'
import { writeBackup } from './backup/write-backup.ts'
import { databaseFailure } from './database/database-failure.ts'
import { lockDataDirectory } from './database/data-directory-lock.ts'
import { previewExport } from './export/export-preview.ts'
import { publishGallery } from './export/publish.ts'
import type { Host } from './host.ts'
import { importPaths } from './import/import-run.ts'
import { createInferenceClient, type InferenceClient } from './jobs/inference-client.ts'
import { jobHandlers } from './jobs/job-handlers.ts'
import { readActionsFolder } from './jobs/actions-folder.ts'
import { wildcardHandlers } from './jobs/wildcard-handlers.ts'
import { forecast } from './models/forecast.ts'
import { takeTurns } from './jobs/take-turns.ts'
import { roomOfImage, roomOfImages } from './incognito/rooms.ts'
import { imageHandlers } from './library/image-handlers.ts'
import { logging } from './hosting/log-events.ts'
import { openLocalLog } from './hosting/local-log.ts'
import { createMediaHandler } from './media/media-handler.ts'
import { modelHandlers } from './models/model-handlers.ts'
import { diagnosticReport } from './privacy/diagnostics.ts'
import { nothingCounted, readInsights } from './privacy/insights.ts'
import { keepUnindexed } from './privacy/keep-unindexed.ts'
import { readPolicy, rememberPolicySeen } from './privacy/policy.ts'
import { privacyHandlers } from './privacy/privacy-handlers.ts'
import { recordBlocked } from './privacy/seal.ts'
import { syncedBy } from './privacy/synced-folder.ts'
import { readDraft, writeDraft } from './settings/draft-store.ts'
import { changeSettings, readSettings, resetSettings } from './settings/settings-store.ts'
import { keepLook, readLook } from './settings/window-look.ts'
import { browseFolder } from './models/browse-folder.ts'
import { createStoreHolder } from './store-holder.ts'
import { createIdleLock } from './vault/idle-lock.ts'
import type { Studio } from './studio.ts'

type Listener = <Name extends EventName>(name: Name, value: EventValue<Name>) => void

/**
 * The composition root. What belongs to one vault (database, items, jobs) is one store; "delete everything" closes
 * it, destroys it and opens an empty one, while host, inference process and clients stay.
 * Throws SanggarError 'library-busy' when another process holds the data directory.
 */
export async function createStudio(
  host: Host,
  /** from a host that holds the lock already */
  unlock = lockDataDirectory(host.dataDirectory),
): Promise<Studio> {
  const service = syncedBy(host.dataDirectory)
  keepUnindexed(host.dataDirectory)
  const listeners = new Set<Listener>()
  const emit: Listener = (name, value) => {
    for (const listener of listeners) listener(name, value)
  }
  const log = openLocalLog(host.dataDirectory)
  log.write('start', {
    version: host.version,
    host: host.kind,
    platform: process.platform,
    safe: host.safe === true,
  })
  listeners.add(logging(log))
  const inference = takeTurns(createInferenceClient(host))
  const holder = await createStoreHolder(host, inference, emit).catch((error: unknown) => {
    unlock()
    throw error
  })
  // A preview goes with its picture.
  listeners.add((name) => {
    if (name === 'images.changed' || name === 'incognito.changed') holder.peek()?.restorePreviews.sweep()
  })
  const store = () => holder.current()
  const idle = createIdleLock(
    {
      minutes() {
        const opened = holder.peek()
        if (opened === undefined || holder.state().keptIn !== 'passphrase') return undefined
        // An export or a backup that was begun is finished, and the minutes begin after it.
        if (opened.works.list().some(({ state }) => state === 'running')) return undefined
        return readSettings(opened.database).lockAfterMinutes
      },
      lock: () => holder.lock(),
    },
    () => log.write('vault', { state: 'not-locked' }),
  )

  host.opened?.onOpen(() => emit('host.opened', null))
  const runtime = createRuntimeFacts(inference, () => emit('app.changed', null))

  const handlers: Handlers = {
    'app.info': () => {
      const opened = holder.peek()
      const damage = opened?.sweeping?.damage()
      const { language, theme } =
        opened === undefined ? readLook(host.dataDirectory) : readSettings(opened.database)
      return {
        version: host.version,
        host: host.kind,
        platform: process.platform,
        language,
        theme,
        dataDirectory: host.dataDirectory,
        capabilities: host.capabilities,
        runtime: runtime(),
        vault: holder.state(),
        warnings: [
          ...(host.safe === true ? [{ code: 'safe-mode' as const, detail: '' }] : []),
          ...(damage === undefined ? [] : [{ code: 'library-damaged' as const, detail: damage }]),
          ...(service === undefined ? [] : [{ code: 'synced-folder' as const, detail: service }]),
        ],
      }
    },
    'app.diagnostics': () => ({
      text: diagnosticReport(
        { version: host.version, host: host.kind, runtime: runtime(), vault: holder.state() },
        host.safe === true,
        holder.peek(),
        log,
      ),
    }),

    'vault.lock': async () => {
      await holder.lock()
      return null
    },
    'vault.active': () => {
      idle.active()
      return null
    },
    'vault.unlock': async ({ passphrase }) => {
      await holder.unlock(passphrase)
      idle.active()
      host.hideFromCapture?.(readSettings(store().database).hideFromCapture)
      return null
    },
    'vault.setPassphrase': async ({ current, next }) => {
      await holder.changePassphrase(current, next)
      rememberLook(readSettings(store().database))
      idle.active()
      return null
    },

    'settings.get': () => readSettings(store().database),
    'settings.change': (change) => announceSettings(changeSettings(store().database, change)),
    'settings.reset': () => announceSettings(resetSettings(store().database)),
    'drafts.get': ({ key }) => ({ value: readDraft(store().database, key) as never }),
    'drafts.set': ({ key, value }) => {
      writeDraft(store().database, key, value)
      return null
    },

    'models.list': () => store().models.list(),
    'models.inspect': ({ path: target }) => store().models.inspect(target),
    'models.add': async ({ path: target }) => {
      const model = await store().models.add(target)
      emit('models.changed', null)
      return model
    },
    'models.remove': ({ id }) => {
      store().models.remove(id)
      emit('models.changed', null)
      return null
    },
    'models.ignoredWords': async ({ model, prompt }) => ({
      words: await store().ignoredWords(model, prompt),
    }),

    ...modelHandlers(host, inference, store, emit),
    ...jobHandlers(store, emit),
    ...imageHandlers(store, emit),
    ...wildcardHandlers(store, emit),
    'restore.preview': (request) => store().restorePreviews.make(request),
    'restore.endPreview': () => {
      store().restorePreviews.end()
      return null
    },
    'actions.folder': () => readActionsFolder(host.dataDirectory),
    'forecast.get': ({ items }) => forecast(store(), items),

    'export.preview': (request) => {
      const { database, library } = roomOfImages(store(), request.images)
      return previewExport({ database, library, version: host.version }, request)
    },
    'export.start': ({ request, ...place }) => {
      const { works } = store()
      const { exporter } = roomOfImages(store(), request.images)
      if (!path.isAbsolute(place.folder))
        throw new SanggarError({ code: 'path-not-found', path: place.folder })
      return works.start('export', (report) => exporter.run(place, request, report))
    },
    'export.prepareDrag': async (request) => ({
      names: await holder.dragged.prepare(roomOfImages(store(), request.images), request),
    }),
    'export.endDrag': async () => {
      await holder.dragged.erase()
      return null
    },
    'export.ticket': (request) => roomOfImages(store(), request.images).exporter.ticket(request),

    'incognito.state': () => store().incognito.state(),
    'incognito.list': () => store().incognito.tiles(),
    'incognito.keep': async ({ image }) => {
      const { id } = await store().incognito.keep(image)
      emit('image.added', { id })
      return { id }
    },
    'incognito.end': async () => {
      await holder.dragged.erase()
      return store().incognito.end()
    },

    'gallery.publish': (request) => {
      const { database, library, works } = store()
      const ports = { database, library, version: host.version }
      return works.start('publish', (report) => publishGallery(ports, request, report))
    },

    'import.start': ({ paths }) => {
      for (const target of paths) {
        if (!path.isAbsolute(target)) throw new SanggarError({ code: 'path-not-found', path: target })
      }
      const { database, library, works } = store()
      const onImage = (image: { id: string }) => emit('image.added', { id: image.id })
      return works.start('import', (report) => importPaths({ database, library, onImage }, paths, report))
    },
    'backup.start': ({ file, passphrase }) => {
      const { database, items, works } = store()
      const ports = { database, items, version: host.version }
      return works.start('backup', (report) => writeBackup(ports, file, passphrase, report))
    },
    'backup.restore': async ({ file, passphrase }) => {
      const { database, items, works } = store()
      const backup = await openBackup(file, passphrase)
      const ports = {
        database,
        items,
        onImage: (image: { id: string }) => emit('image.added', { id: image.id }),
      }
      return works.start('restore', async (report) => {
        const result = await restoreBackup(ports, backup, report)
        announceSettings(readSettings(database))
        return result
      })
    },
    'works.list': () => store().works.list(),
    'works.cancel': ({ id }) => {
      store().works.cancel(id)
      return null
    },

    ...privacyHandlers(host, store, log, emit),
    'policy.get': ({ language }) => readPolicy(store().database, host.resources.resources, language),
    'policy.seen': ({ version }) => {
      rememberPolicySeen(store().database, version)
      return null
    },
    'privacy.deleteAll': async () => {
      const receipt = await holder.deleteEverything()
      emit('library.emptied', null)
      emit('settings.changed', readSettings(store().database))
      return receipt
    },
    'insights.get': () => {
      const { database } = store()
      return readSettings(database).insights ? readInsights(database) : nothingCounted
    },

    'host.chooseFolder': async () => ({ path: (await host.chooseFolder?.()) ?? null }),
    'host.chooseModel': async () => ({ path: (await host.chooseModel?.()) ?? null }),
    'host.chooseBackup': async () => ({ path: (await host.chooseBackup?.()) ?? null }),
    'host.copyText': async ({ text }) => {
      await host.copy?.({ text })
      return null
    },
    'host.copyPicture': async ({ image }) => {
      await host.copy?.({ png: await roomOfImage(store(), image).library.readPng(image) })
      return null
    },
    'host.notify': ({ title, body }) => {
      host.notify?.(title, body)
      return null
    },
    'host.openedFiles': () => host.opened?.take() ?? [],
    'host.startDrag': () => {
      const ready = holder.dragged.ready()
      if (ready !== undefined) host.startDrag?.(ready.files, ready.icon)
      return null
    },
    'host.listFolder': ({ path: target, files }) => browseFolder(target, files),
    'host.reveal': async ({ path: target }) => {
      await host.reveal?.(target)
      return null
    },
  }

  /** A disk that refuses has louder messengers. */
  function rememberLook(settings: Settings): void {
    const isLockable = holder.state().keptIn === 'passphrase'
    void keepLook(host.dataDirectory, isLockable ? settings : undefined).catch(() => undefined)
  }

  function announceSettings(settings: EventValue<'settings.changed'>) {
    host.hideFromCapture?.(settings.hideFromCapture)
    rememberLook(settings)
    emit('settings.changed', settings)
    return settings
  }

  return {
    handlers: namingDamage(handlers, host.dataDirectory),
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    handleMedia: createMediaHandler({
      store,
      onImage: (image) => emit('image.added', { id: image.id }),
      typed: (error) => databaseFailure(error, host.dataDirectory),
    }),
    async lock() {
      if (holder.state().keptIn === 'passphrase') await holder.lock()
    },
    recordBlockedRequest(address, origin) {
      const opened = holder.peek()
      if (opened !== undefined) emit('network.blocked', recordBlocked(opened.database, address, origin))
    },
    async close() {
      idle.close()
      try {
        await holder.close()
      } finally {
        inference.close()
        log.write('stop')
        unlock()
      }
    },
  }
}

/** Milliseconds in which a window comes up that has the processor to itself. */
const afterTheWindow = 1500

/**
 * What is known of ONNX Runtime here, at once: the window opens before the inference process has started, and
 * 'app.changed' says when more is known. Nobody needs it while the window opens, so it is started after that, or with the
 * first job. Screens open as well when it never starts; jobs say why.
 */
function createRuntimeFacts(inference: InferenceClient, onKnown: () => void) {
  let known = { onnxRuntime: '', providers: [] as string[], threads: availableParallelism() }
  let asked = false
  const ask = async () => {
    try {
      const { onnxRuntime, providers, threads } = await inference.ready()
      known = { onnxRuntime, providers, threads }
      onKnown()
    } catch {
      asked = false
    }
  }
  return () => {
    if (!asked) {
      asked = true
      setTimeout(() => void ask(), afterTheWindow).unref()
    }
    return { ...known, memory: totalmem(), memoryFree: freemem() }
  }
}

/** A damaged page may be met by any request. */
function namingDamage(handlers: Handlers, dataDirectory: string): Handlers {
  const named = Object.entries(handlers).map(([name, handle]) => [
    name,
    async (input: never) => {
      try {
        return await handle(input)
      } catch (error) {
        throw databaseFailure(error, dataDirectory)
      }
    },
  ])
  return Object.fromEntries(named) as Handlers
}
