import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Capability } from '../contract/model.ts'
import type { StudioSession } from './studio-session.ts'
import { CommandFailure } from './usage.ts'

/** The id of what was asked for. A path is added to the list of models, in place; nothing is copied. */
export async function registeredModel(session: StudioSession, asked: string): Promise<string> {
  const models = await session.call('models.list', null)
  if (models.some(({ id }) => id === asked) || !existsSync(asked)) return asked
  const full = path.resolve(asked)
  const known = models.find(({ passport }) => passport.path === full)
  return (known ?? (await session.call('models.add', { path: full }))).id
}

/** The id of the model to use: the asked one, else the settings' one, else the first that can do it. */
export async function chooseModel(
  session: StudioSession,
  asked: string | undefined,
  capability: Capability,
): Promise<string> {
  if (asked !== undefined) return registeredModel(session, asked)
  const models = await session.call('models.list', null)
  const able = models.filter(
    ({ state, passport }) => state === 'ready' && passport.capabilities.includes(capability),
  )
  const preferred = (await session.call('settings.get', null)).model
  const model = able.find(({ id }) => id === preferred) ?? able[0]
  if (model === undefined) throw new CommandFailure({ code: 'model-not-found', model: `for ${capability}` })
  return model.id
}
