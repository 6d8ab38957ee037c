import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { EventName, EventValue, Handlers } from '../../contract/api.ts'
import { SanggarError } from '../../contract/errors.ts'
import type { Host } from '../host.ts'
import type { InferenceClient } from '../jobs/inference-client.ts'
import type { Store } from '../open-store.ts'
import type { ModelRoot } from '../../contract/model.ts'
import { type ModelFiles, eraseModelFiles, filesOfModel } from './model-files.ts'
import type { ModelRegistry } from './model-registry.ts'
import { addRoot, removeRoot } from './model-roots.ts'
import { testLoad } from './test-load.ts'
import { exportModel } from './export-model.ts'
import { erasePrepared, listPrepared, preparedPath } from './prepared-forms.ts'

type ModelHandlers = Pick<
  Handlers,
  | 'models.override'
  | 'models.export'
  | 'models.prepared'
  | 'models.erasePrepared'
  | 'models.roots'
  | 'models.addRoot'
  | 'models.removeRoot'
  | 'models.test'
  | 'models.files'
  | 'models.erase'
>

/** What is done with a model besides drawing: overruling its passport, exporting it, erasing its prepared forms. */
export function modelHandlers(
  host: Host,
  inference: InferenceClient,
  store: () => Store,
  emit: <Name extends EventName>(name: Name, value: EventValue<Name>) => void,
): ModelHandlers {
  const folder = path.join(host.dataDirectory, preparedPath)

  async function rootsChanged(models: ModelRegistry): Promise<ModelRoot[]> {
    models.lookAgain()
    emit('models.changed', null)
    return models.roots()
  }

  /** A model of the person's own; what came with the program is not theirs to erase from here. */
  async function ownPlace(id: string): Promise<{ path: string }> {
    const place = await store().models.resolve(id)
    const listed = place.id === id && (await store().models.list()).some((model) => model.id === id)
    if (!listed || place.builtIn) throw new SanggarError({ code: 'model-not-found', model: id })
    return place
  }

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
    'models.roots': () => store().models.roots(),
    'models.addRoot': async ({ path: target }) => {
      const { database, models } = store()
      addRoot(database, await realFolder(target))
      return rootsChanged(models)
    },
    'models.removeRoot': ({ path: target }) => {
      const { database, models } = store()
      if (!removeRoot(database, target)) throw new SanggarError({ code: 'path-not-found', path: target })
      return rootsChanged(models)
    },
    'models.test': async ({ id }) => {
      const { models, works, runtime } = store()
      const model = await models.get(id)
      return works.start('model-test', (report) => testLoad(inference, model, runtime(), report))
    },
    'models.files': async ({ id }) => shown(await filesOfModel((await ownPlace(id)).path)),
    'models.erase': async ({ id }) => {
      const place = await ownPlace(id)
      // What is open is let go first: some systems do not erase files that are in use.
      inference.release()
      const erased = await eraseModelFiles(place.path)
      const forms = await listPrepared(folder)
      await erasePrepared(
        folder,
        forms.filter(({ model }) => model === place.path).map(({ key }) => key),
      )
      const { database, models } = store()
      database.prepare('DELETE FROM models WHERE path = ?').run(place.path)
      database.prepare('DELETE FROM model_descriptions WHERE path = ?').run(place.path)
      models.lookAgain()
      emit('models.changed', null)
      return shown(erased)
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

async function realFolder(target: string): Promise<string> {
  const place = await realpath(path.resolve(target)).catch(() => undefined)
  if (place === undefined || !path.isAbsolute(target) || !(await stat(place)).isDirectory()) {
    throw new SanggarError({ code: 'path-not-found', path: target })
  }
  return place
}

const shown = ({ files, bytes, others }: ModelFiles) => ({
  files: files.length,
  bytes,
  others: others.slice(0, 100),
})
