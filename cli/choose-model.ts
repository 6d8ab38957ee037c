import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Capability } from '../contract/model.ts'
import type { StudioSession } from './studio-session.ts'
import { CommandFailure } from './usage.ts'

/**
 * The id of the model to use: the asked one, else the settings' one, else the first that can do it. A path is
 * added to the list of models, in place; nothing is copied.
 */
export async function chooseModel(
  session: StudioSession,
  asked: string | undefined,
  capability: Capability,
): Promise<string> {
  const models = await session.call('models.list', null)
  if (asked !== undefined && models.every(({ id }) => id !== asked) && existsSync(asked)) {
    const full = path.resolve(asked)
    const known = models.find(({ passport }) => passport.path === full)
    return (known ?? (await session.call('models.add', { path: full }))).id
  }
  if (asked !== undefined) return asked
  const able = models.filter(
    ({ state, passport }) => state === 'ready' && passport.capabilities.includes(capability),
  )
  const preferred = (await session.call('settings.get', null)).model
  const model = able.find(({ id }) => id === preferred) ?? able[0]
  if (model === undefined) throw new CommandFailure({ code: 'model-not-found', model: `for ${capability}` })
  return model.id
}
