import path from 'node:path'
import type { EventName, EventValue, Handlers } from '../../contract/api.ts'
import { SanggarError } from '../../contract/errors.ts'
import type { Host } from '../host.ts'
import type { InferenceClient } from '../jobs/inference-client.ts'
import type { Store } from '../open-store.ts'
import { exportModel } from './export-model.ts'
import { erasePrepared, listPrepared, preparedPath } from './prepared-forms.ts'

type ModelHandlers = Pick<
  Handlers,
  'models.override' | 'models.export' | 'models.prepared' | 'models.erasePrepared'
>

/** What is done with a model besides drawing: overruling its passport, exporting it, erasing its prepared forms. */
export function modelHandlers(
  host: Host,
  inference: InferenceClient,
  store: () => Store,
  emit: <Name extends EventName>(name: Name, value: EventValue<Name>) => void,
): ModelHandlers {
  const folder = path.join(host.dataDirectory, preparedPath)
  return {
    'models.override': async ({ id, override }) => {
      const model = await store().models.override(id, override)
      emit('models.changed', null)
      return model
    },
    'models.export': async ({ id, folder: target }) => {
      if (!path.isAbsolute(target)) throw new SanggarError({ code: 'path-not-found', path: target })
      const place = await store().models.resolve(id)
      return store().works.start('model-export', (report) => exportModel(inference, place, target, report))
    },
    'models.prepared': () => listPrepared(folder),
    'models.erasePrepared': async ({ keys }) => {
      // What is open is let go first: some systems do not erase files that are in use.
      inference.release()
      await erasePrepared(folder, keys)
      return listPrepared(folder)
    },
  }
}
