import path from 'node:path'
import type { EventName, EventValue, Handlers } from '../../contract/api.ts'
import { SanggarError } from '../../contract/errors.ts'
import type { LedgerCategory } from '../../contract/privacy.ts'
import type { Host } from '../host.ts'
import type { LocalLog } from '../hosting/local-log.ts'
import { listJobs } from '../jobs/job-rows.ts'
import { listRules, previewRule, removeRule, saveRule } from '../library/retention.ts'
import type { Store } from '../open-store.ts'
import { readSettings } from '../settings/settings-store.ts'
import { itemsName } from '../vault/item-store.ts'
import { deleteCategory } from './delete-category.ts'
import { viewCategory } from './held-data.ts'
import { eraseLog, viewLog } from './held-log.ts'
import { readLedger } from './ledger.ts'
import { exportPersonalData } from './personal-data.ts'
import { previewRedaction, redactEverywhere } from './redact.ts'
import { readSeal } from './seal.ts'

type PrivacyHandlers = Pick<
  Handlers,
  | Exclude<Extract<keyof Handlers, `privacy.${string}`>, 'privacy.deleteAll'>
  | Extract<keyof Handlers, `retention.${string}`>
>

/** Categories that are told of pictures. */
const ofPictures: ReadonlySet<LedgerCategory> = new Set([
  'prompts',
  'titles-and-notes',
  'pictures-made',
  'pictures-brought-in',
  'timings-and-errors',
])

export function privacyHandlers(
  host: Host,
  store: () => Store,
  log: LocalLog,
  emit: <Name extends EventName>(name: Name, value: EventValue<Name>) => void,
): PrivacyHandlers {
  const ledger = () =>
    readLedger(store().database, host.dataDirectory, path.join(host.dataDirectory, itemsName), log)

  return {
    'privacy.ledger': ledger,
    'privacy.seal': () => readSeal(store().database),
    'privacy.viewCategory': ({ category, offset, limit }) =>
      category === 'local-log'
        ? viewLog(log, offset, limit)
        : viewCategory(store().database, category, offset, limit),
    'privacy.exportData': ({ folder, categories }) => {
      if (!path.isAbsolute(folder)) throw new SanggarError({ code: 'path-not-found', path: folder })
      const { database, library, works } = store()
      return works.start('data-export', (report) =>
        exportPersonalData({ database, library, ledger, log }, folder, categories, report),
      )
    },
    'privacy.deleteCategory': async ({ category }) => {
      const { database, items, library } = store()
      if (category === 'local-log') return eraseLog(log)
      const jobs = listJobs(database).map(({ id }) => id)
      const pictures = database.prepare('SELECT id FROM images').pluck().all() as string[]
      const cancelJobs = () => cancelAll(store())
      const receipt = await deleteCategory({ database, items, library, cancelJobs }, category)
      if (category === 'history') for (const id of jobs) emit('job.removed', { id })
      if (category === 'settings') emit('settings.changed', readSettings(database))
      if (category === 'models-used') emit('models.changed', null)
      if (ofPictures.has(category) && pictures.length > 0) emit('images.changed', { ids: pictures })
      return receipt
    },
    'privacy.redactPreview': ({ word }) => previewRedaction(store().database, word),
    'privacy.redact': ({ word }) => {
      const { database, items, works } = store()
      return works.start('redact', async (report) => {
        const result = await redactEverywhere({ database, items }, word, report)
        for (const job of listJobs(database)) emit('job.changed', job)
        emit('images.changed', { ids: database.prepare('SELECT id FROM images').pluck().all() as string[] })
        return result
      })
    },

    'retention.list': () => listRules(store().database),
    'retention.save': ({ id, ...rule }) => saveRule(store().database, id, rule),
    'retention.remove': ({ id }) => {
      removeRule(store().database, id)
      return null
    },
    'retention.preview': (rule) => previewRule(store().database, rule),
  }
}

const patience = 50

/** Resolves when nothing waits and nothing runs. */
async function cancelAll({ database, jobs }: Store): Promise<void> {
  const active = () => listJobs(database).filter(({ state }) => state === 'queued' || state === 'running')
  for (const { id } of active().reverse()) jobs.cancel(id)
  while (active().length > 0) await new Promise((resolve) => setTimeout(resolve, patience))
}
