import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { type FailureCode, SanggarError } from '../../contract/errors.ts'
import {
  type Capability,
  type Model,
  type ModelOverride,
  type ModelRoot,
  type Passport,
  modelOverrideSchema,
} from '../../contract/model.ts'
import type { ModelDescription } from '../../inference/protocol.ts'
import type { Connection } from '../database/open-database.ts'
import { statement } from '../database/statement.ts'
import { readSettings } from '../settings/settings-store.ts'
import { nameOfPath } from './model-name.ts'
import { createRootScanner, modelsBelow, rootPaths } from './model-roots.ts'
import { runsOf, timesByPrecision } from './runs.ts'
import { type Said, finishIn, saidBy, shippedModels } from './shipped-models.ts'
import { examplesOf } from './vocabulary.ts'

type Place = { id: string; path: string; builtIn: boolean; root?: string; said?: Said }
/** A place, with what somebody said of the model there. */
type Resolved = Place & { override?: ModelOverride }

export type ModelRegistry = {
  list(): Promise<Model[]>
  get(id: string): Promise<Model>
  /** A model's id, or the path of a file or folder; throws 'model-not-found'. */
  resolve(idOrPath: string): Promise<Resolved>
  /** What the settings name for a task, "" when they leave it open. */
  chosenFor(capability: Capability): string
  /** Folders of models, as they are now. */
  roots(): Promise<ModelRoot[]>
  /** The folders of models are looked at anew. */
  lookAgain(): void
  /** How a model's pictures are finished as its manifest asks, where the upscaler for it is there. */
  usualFinish(idOrPath: string): Promise<NonNullable<Model['finish']> | undefined>
  /** Of a folder of several models, `parts` names each. */
  inspect(target: string): Promise<Passport>
  add(target: string): Promise<Model>
  remove(id: string): void
  /**
   * Null takes back what was said before. Throws 'path-not-found' for a companion that is not there, and what opening
   * the model as that throws.
   */
  override(id: string, override: ModelOverride | null): Promise<Model>
}

export type ModelRegistryPorts = {
  database: Connection
  builtInFolder: string
  /** of the app: another version may know more about the same file */
  version: string
  describe(target: string, override?: ModelOverride): Promise<ModelDescription>
}

export function createModelRegistry({
  database,
  builtInFolder,
  version,
  describe,
}: ModelRegistryPorts): ModelRegistry {
  const scanner = createRootScanner(database)
  // What ships with the program does not change while it runs, and every job asks for it several times.
  let shipped: Promise<Place[]> | undefined
  const builtIn = () => (shipped ??= shippedModels(builtInFolder))

  async function places(): Promise<Place[]> {
    const added = database.prepare('SELECT id, path FROM models ORDER BY added_at').all() as Omit<
      Place,
      'builtIn'
    >[]
    const known = new Set(added.map((place) => place.path))
    const found: Place[] = []
    for (const root of rootPaths(database)) {
      for (const target of await scanner.below(root)) {
        if (known.has(target)) continue
        known.add(target)
        found.push({ id: idFor(target), path: target, builtIn: false, root })
      }
    }
    return [...(await builtIn()), ...added.map((place) => ({ ...place, builtIn: false })), ...found]
  }

  /** What was known of a model when its drive was there last. */
  function rememberedPassport(target: string): Passport {
    const text = database
      .prepare('SELECT description FROM model_descriptions WHERE path = ?')
      .pluck()
      .get(target) as string | undefined
    if (text === undefined) return missingPassport(target)
    const { passport } = JSON.parse(text) as ModelDescription
    return { ...passport, runs: false, obstacle: 'missing' }
  }

  function overrideOf(target: string): ModelOverride | undefined {
    const text = statement(database, 'SELECT override FROM model_overrides WHERE path = ?')
      .pluck()
      .get(target)
    return typeof text === 'string' ? modelOverrideSchema.parse(JSON.parse(text)) : undefined
  }

  function withOverride(place: Place): Resolved {
    const override = overrideOf(place.path)
    return override === undefined ? place : { ...place, override }
  }

  /** From the cache as long as file and runtime are the same: probing 20 models at every start would be felt. */
  async function describeCached(target: string): Promise<ModelDescription> {
    const override = overrideOf(target)
    const said = override === undefined ? '' : ` ${JSON.stringify(override)}`
    const stamp = `${version} ${await stampOf(target)}${said}`
    const known = statement(
      database,
      'SELECT description FROM model_descriptions WHERE path = ? AND stamp = ?',
    )
      .pluck()
      .get(target, stamp) as string | undefined
    if (known !== undefined) return JSON.parse(known) as ModelDescription
    const description = await describe(target, override)
    database
      .prepare(
        `INSERT INTO model_descriptions VALUES (?, ?, ?)
         ON CONFLICT (path) DO UPDATE SET stamp = excluded.stamp, description = excluded.description`,
      )
      .run(target, stamp, JSON.stringify(description))
    return description
  }

  /** One model that breaks, or that is not what somebody said, must not take the whole list with it. */
  function undescribed(place: Place, error: unknown): ModelDescription {
    if (!(error instanceof SanggarError) || error.failure.code === 'cancelled') throw error
    const obstacle = obstacleIn(error.failure.code, overrideOf(place.path) !== undefined)
    return { passport: { ...rememberedPassport(place.path), capabilities: [], obstacle } }
  }

  async function modelOf(place: Place): Promise<Model> {
    const { manifest, vocabulary } = await saidBy(place)
    const base = {
      id: place.id,
      name: manifest?.name ?? nameOfPath(place.path),
      builtIn: place.builtIn,
      ...(place.root === undefined ? {} : { root: place.root }),
      examples: vocabulary === undefined ? [] : examplesOf(vocabulary),
      honesty: manifest?.limits ?? {},
      licence: manifest?.licence ?? {},
      ...finishIn(manifest),
    }
    if (!existsSync(place.path))
      return { ...base, state: 'missing', passport: rememberedPassport(place.path) }
    const override = overrideOf(place.path)
    const description = await describeCached(place.path).catch((error: unknown) => undescribed(place, error))
    const speed = medianMilliseconds(database, place.id)
    const ranOn = lastProvider(database, place.id)
    const { passport, limits } = description
    // Networks of ONNX folders run as they are.
    const times =
      limits === undefined || place.builtIn || passport.layout === 'onnx-folder'
        ? {}
        : timesByPrecision(runsOf(database, place.id), limits)
    return {
      ...base,
      state: description.passport.runs ? 'ready' : 'unsupported',
      passport: {
        ...description.passport,
        ...(manifest?.licence?.en === undefined ? {} : { licence: manifest.licence.en }),
      },
      ...(override === undefined ? {} : { override }),
      ...(description.limits === undefined ? {} : { limits: description.limits }),
      ...(speed === undefined ? {} : { millisecondsPerPicture: speed }),
      ...(Object.keys(times).length < 2 ? {} : { millisecondsByPrecision: times }),
      ...(ranOn === undefined ? {} : { ranOn }),
    }
  }

  /** Whatever lies in a folder of models and turns out to be no model is nobody's business. */
  async function describedOrNothing(place: Place): Promise<Model | undefined> {
    if (place.root === undefined) return modelOf(place)
    try {
      const model = await modelOf(place)
      const { kind, layout, obstacle } = model.passport
      return kind === 'unknown' && layout !== 'pickle' && obstacle !== 'damaged' ? undefined : model
    } catch (error) {
      if (error instanceof SanggarError) return undefined // it went away meanwhile, or cannot be read
      throw error
    }
  }

  const registry: ModelRegistry = {
    async list() {
      const models: Model[] = []
      for (const place of await places()) {
        const model = await describedOrNothing(place)
        if (model !== undefined) models.push(model)
      }
      return models
    },

    async get(id) {
      return modelOf(await registry.resolve(id))
    },

    async resolve(idOrPath) {
      const all = await places()
      const known = all.find((place) => place.id === idOrPath)
      if (known !== undefined) return withOverride(known)
      if (!looksLikePath(idOrPath)) throw new SanggarError({ code: 'model-not-found', model: idOrPath })
      const target = await existing(idOrPath)
      const place = all.find((one) => one.path === target) ?? { id: target, path: target, builtIn: false }
      return withOverride(place)
    },

    chosenFor(capability) {
      const { upscaleModel, restoreModel, faceModel, cutoutModel } = readSettings(database)
      const chosen: Partial<Record<Capability, string>> = {
        upscale: upscaleModel,
        restore: restoreModel,
        face: faceModel,
        cutout: cutoutModel,
      }
      return chosen[capability] ?? ''
    },

    async roots() {
      const models = await registry.list()
      return rootPaths(database).map((root) => ({
        path: root,
        state: existsSync(root) ? 'ready' : 'missing',
        models: models.filter((model) => model.root === root).length,
      }))
    },

    lookAgain: () => scanner.forget(),

    async usualFinish(idOrPath) {
      const { manifest } = await saidBy(await registry.resolve(idOrPath))
      const { finish } = finishIn(manifest)
      return (await places()).some(({ id }) => id === finish) ? finish : undefined
    },

    async inspect(target) {
      const place = await existing(target)
      const { passport } = await describe(place)
      return { ...passport, ...(await modelsInside(place, passport)) }
    },

    async add(given) {
      const target = await existing(given)
      const { passport } = await describeCached(target)
      if (passport.layout === 'pickle') throw new SanggarError({ code: 'pickle-refused', path: target })
      if (passport.kind === 'unknown') {
        throw new SanggarError({
          code: 'model-unsupported',
          path: target,
          kind: passport.detail,
          reason: passport.obstacle ?? 'unknown',
        })
      }
      const known = (await places()).find((place) => place.path === target)
      if (known !== undefined) return modelOf(known)
      const place = { id: idFor(target), path: target, builtIn: false }
      database.prepare('INSERT INTO models VALUES (?, ?, ?)').run(place.id, place.path, Date.now())
      return modelOf(place)
    },

    async override(id, override) {
      const place = await registry.resolve(id)
      if (override === null || Object.keys(override).length === 0) {
        database.prepare('DELETE FROM model_overrides WHERE path = ?').run(place.path)
      } else {
        if (override.companion !== undefined) await existing(override.companion)
        // What it cannot be is refused, and what was said before stays.
        await describe(place.path, override)
        database
          .prepare(
            `INSERT INTO model_overrides VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET override = excluded.override`,
          )
          .run(place.path, JSON.stringify(override))
      }
      return modelOf(place)
    },

    remove(id) {
      const { changes } = database.prepare('DELETE FROM models WHERE id = ?').run(id)
      if (changes === 0) throw new SanggarError({ code: 'model-not-found', model: id })
    },
  }
  return registry
}

/** A folder that is no model itself may be one of models. */
async function modelsInside(target: string, { obstacle }: Passport): Promise<Partial<Passport>> {
  if (obstacle !== 'folder-of-models' && obstacle !== 'unrecognised') return {}
  const parts = (await modelsBelow(target)).map((place) => path.relative(target, place))
  return parts.length === 0 ? {} : { obstacle: 'folder-of-models', parts }
}

async function existing(target: string): Promise<string> {
  try {
    return await realpath(path.resolve(target))
  } catch (cause) {
    throw new SanggarError({ code: 'path-not-found', path: target }, { cause })
  }
}

function looksLikePath(text: string): boolean {
  return path.isAbsolute(text) || /[\\/]/.test(text) || existsSync(text)
}

/** Readable and stable: the file's name and eight digits of its path's hash. */
function idFor(target: string): string {
  const slug = path
    .parse(target)
    .name.toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return `${slug === '' ? 'model' : slug}-${createHash('sha256').update(target).digest('hex').slice(0, 8)}`
}

/** Why a model that was there could not be looked at, for the catalogues. */
function obstacleIn(code: FailureCode, said: boolean): string {
  if (code === 'model-damaged') return 'damaged'
  if (code === 'model-folder-incomplete') return 'folder-incomplete'
  return said ? 'told-wrongly' : code
}

async function stampOf(target: string): Promise<string> {
  const { mtimeMs, size, isDirectory } = await stat(target).then((found) => ({
    mtimeMs: found.mtimeMs,
    size: found.size,
    isDirectory: found.isDirectory(),
  }))
  if (!isDirectory) return `${mtimeMs} ${size}`
  // A folder's own time does not change when a file inside is replaced: its parts are looked at as well.
  const parts = await readdir(target)
  // Links of a cache may lead nowhere.
  const timeOf = (part: string) =>
    stat(path.join(target, part)).then(
      (found) => found.mtimeMs,
      () => 0,
    )
  const times = await Promise.all(parts.map(timeOf))
  return `${mtimeMs} ${parts.length} ${Math.max(0, ...times)}`
}

function medianMilliseconds(database: Connection, model: string): number | undefined {
  const times = statement(
    database,
    `SELECT milliseconds FROM images WHERE model = ? AND milliseconds IS NOT NULL
     ORDER BY created_at DESC LIMIT 25`,
  )
    .pluck()
    .all(model) as number[]
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]
}

function lastProvider(database: Connection, model: string): string | undefined {
  return statement(
    database,
    `SELECT execution_provider FROM images WHERE model = ? AND execution_provider IS NOT NULL
     ORDER BY created_at DESC LIMIT 1`,
  )
    .pluck()
    .get(model) as string | undefined
}

function missingPassport(target: string): Passport {
  return {
    path: target,
    name: path.parse(target).name,
    kind: 'unknown',
    family: '',
    detail: '',
    layout: 'other',
    precision: '',
    bytes: 0,
    parts: [],
    missing: [],
    capabilities: [],
    runs: false,
    obstacle: 'missing',
    confidence: 'certain',
    triggerWords: [],
    metadata: {},
  }
}
