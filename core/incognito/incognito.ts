import type { IncognitoState } from '../../contract/incognito.ts'
import type { GenerateRequest, JobRequest } from '../../contract/generation.ts'
import type { Image, ImageTile } from '../../contract/image.ts'
import type { Connection } from '../database/open-database.ts'
import { type Exporter, createExporter } from '../export/export-run.ts'
import { type Checkpoints, openCheckpoints } from '../jobs/checkpoints.ts'
import type { JobRunner } from '../jobs/job-runner.ts'
import { changeImage, getImage } from '../library/image-rows.ts'
import { queryImages } from '../library/image-search.ts'
import { type Library, type NewImage, openLibrary } from '../library/library.ts'
import { imageQuerySchema } from '../../contract/image.ts'
import { openMemoryDatabase } from './memory-database.ts'
import { type MemoryItems, openMemoryItems } from './memory-items.ts'

/** Where pictures and jobs live: the vault is one, an incognito session another. */
export type Room = {
  database: Connection
  library: Library
  jobs: JobRunner
  checkpoints: Checkpoints
  exporter: Exporter
}

export type IncognitoPorts = {
  version: string
  /** the vault's library: sources may come from there, and what is kept goes there */
  main: { database: Connection; library: Library }
  /** a runner over the session's own database and library */
  createJobs(room: { database: Connection; library: Library; checkpoints: Checkpoints }): JobRunner
  onChange(state: IncognitoState): void
}

/**
 * [Note: Incognito]
 *
 * A session is a whole library of its own, database and items, in this process' memory: the same code, no file. It
 * begins with the first job or picture that asks for it and ends by `end`, by a lock and with the program; what it
 * held is overwritten. It is in no suggestion, no insight and no history, because those read the vault. What the
 * system may do with memory (swap, hibernation) is outside its reach; docs/privacy.md says so.
 */
export type Incognito = {
  /** Begins a session when there is none. */
  room(): Room
  peek(): Room | undefined
  hasImage(id: string): boolean
  hasJob(id: string): boolean
  state(): IncognitoState
  tiles(): ImageTile[]
  /** Moves one picture into the vault; gives it as it is there. */
  keep(id: string): Promise<Image>
  end(): Promise<IncognitoState>
}

const tilesShown = 1000

export function createIncognito(ports: IncognitoPorts): Incognito {
  let session: (Room & { items: MemoryItems }) | undefined

  function begin(): Room & { items: MemoryItems } {
    const database = openMemoryDatabase()
    const items = openMemoryItems()
    const library = openLibrary(database, items)
    const checkpoints = openCheckpoints(database, items)
    const jobs = ports.createJobs({ database, library: readingBoth(library), checkpoints })
    const exporter = createExporter({ database, library, version: ports.version })
    return { database, items, library, jobs, checkpoints, exporter }
  }

  /** The session's library for a job: pictures of the vault may be its sources. */
  function readingBoth(library: Library): Library {
    const of = (id: string) => (incognito.hasImage(id) ? library : ports.main.library)
    return {
      ...library,
      readPixels: (id) => of(id).readPixels(id),
      readMask: (id) => of(id).readMask(id),
    }
  }

  const has = (table: 'images' | 'jobs', id: string): boolean =>
    session?.database.prepare(`SELECT 1 FROM ${table} WHERE id = ?`).get(id) !== undefined

  const incognito: Incognito = {
    room() {
      session ??= begin()
      return session
    },
    peek: () => session,
    hasImage: (id) => has('images', id),
    hasJob: (id) => has('jobs', id),
    state() {
      const count = (sql: string) => session?.database.prepare(sql).pluck().get() as number | undefined
      return {
        active: session !== undefined,
        pictures: count(`SELECT count(*) FROM images WHERE origin NOT IN ('input', 'mask')`) ?? 0,
        jobs: count('SELECT count(*) FROM jobs') ?? 0,
        bytes: session?.items.bytes() ?? 0,
      }
    },
    tiles() {
      if (session === undefined) return []
      return queryImages(session.database, imageQuerySchema.parse({ limit: tilesShown })).tiles
    },
    async keep(id) {
      const { database, library } = incognito.room()
      const image = getImage(database, id)
      const picture = await library.readPixels(id)
      const { title, note, tags, starred } = image
      const kept = await ports.main.library.keep(picture, recordOf(image), (added) => {
        changeImage(ports.main.database, added.id, { title, note, tags, starred })
      })
      await library.erase([id])
      ports.onChange(incognito.state())
      return getImage(ports.main.database, kept.id)
    },
    async end() {
      const ending = session
      const before = incognito.state()
      session = undefined
      if (ending !== undefined) {
        await ending.jobs.close('interrupt')
        ending.items.clear()
        ending.database.close()
        ports.onChange(incognito.state())
      }
      return before
    },
  }
  return incognito

  /** What the vault's record says: everything but what refers to the session. */
  function recordOf(image: Image): NewImage {
    const {
      id: _id,
      bytes: _bytes,
      width: _width,
      height: _height,
      title: _title,
      note: _note,
      tags: _tags,
      starred: _starred,
      job: _job,
      source,
      request,
      ...rest
    } = image
    const staysKnown = source !== undefined && !incognito.hasImage(source)
    return {
      ...rest,
      ...(staysKnown ? { source } : {}),
      ...(request === undefined ? {} : { request: openly(request, staysKnown) }),
    }
  }
}

/** A request as it would have been without the session. */
function openly(request: JobRequest, sourceStays: boolean): JobRequest {
  const { incognito: _incognito, ...rest } = request
  if (rest.kind !== 'generate' || sourceStays) return rest
  const { image: _image, mask: _mask, ...words } = rest as GenerateRequest
  return words
}
