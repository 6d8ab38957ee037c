import {
  type Failure,
  type FailureCode,
  SanggarError,
  failureOf,
  fileTooLarge,
} from '../../contract/errors.ts'
import type { Image } from '../../contract/image.ts'
import { broughtByteLimit } from '../../contract/picture-limits.ts'
import { historyOf, importPicture } from '../import/import-run.ts'
import { readPictureSettings } from '../import/picture-settings.ts'
import { roomOfImage, roomOfJob, roomsOf } from '../incognito/rooms.ts'
import { getJob } from '../jobs/job-rows.ts'
import { coveredNow } from '../library/image-rows.ts'
import { encodePreview, veil } from '../library/picture-codec.ts'
import type { Store } from '../open-store.ts'

export type MediaPorts = {
  /** throws 'vault-locked' */
  store(): Store
  onImage(image: Image): void
  /** an error of the database in the contract's terms */
  typed(error: unknown): unknown
}

const identifier = /^[a-z0-9]{16,40}$/

/** Bytes by URL; see `Studio.handleMedia` for the table of URLs. Ids are looked up, never turned into paths. */
export function createMediaHandler(ports: MediaPorts): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      const url = new URL(request.url)
      const [, area = '', kind = '', id = ''] = url.pathname.split('/')
      if (request.method === 'GET' && area === 'export') return await download(ports, kind)
      if (request.method === 'GET' && area === 'media' && kind === 'image') {
        return await picture(ports, checked(id), url.searchParams)
      }
      if (request.method === 'GET' && area === 'media' && kind === 'preview') {
        return await preview(ports, checked(id), url.searchParams)
      }
      if (request.method === 'POST' && area === 'media' && isReception(kind)) {
        return await bringIn(ports, request, kind, url.searchParams)
      }
      throw new SanggarError({ code: 'not-found', what: 'address', id: url.pathname })
    } catch (error) {
      const failure = failureOf(ports.typed(error))
      return Response.json(failure, { status: statusOf(failure), headers: { 'cache-control': 'no-store' } })
    }
  }
}

function checked(id: string): string {
  if (!identifier.test(id)) throw new SanggarError({ code: 'not-found', what: 'image', id: id.slice(0, 64) })
  return id
}

/** A covered picture leaves blurred unless it is asked for by name (`shown=1`): a screen that forgets shows nothing. */
async function picture(ports: MediaPorts, id: string, parameters: URLSearchParams): Promise<Response> {
  const width = parameters.get('w')
  const { database, library } = roomOfImage(ports.store(), id)
  if (parameters.get('shown') !== '1' && coveredNow(database, id) !== undefined) {
    return bytes(await veil(await library.readThumbnail(id, 320)), 'image/webp')
  }
  if (width === null) return bytes(await library.readPng(id), 'image/png')
  // Two sizes only, so that nobody fills the disk by asking for every width.
  return bytes(await library.readThumbnail(id, Number(width) > 320 ? 640 : 320), 'image/webp')
}

async function preview(ports: MediaPorts, job: string, parameters: URLSearchParams): Promise<Response> {
  const part = ports.store().restorePreviews.part(job)
  if (part !== undefined) {
    const png = parameters.get('before') === '1' ? part.before : part.after
    const { database } = roomOfImage(ports.store(), part.image)
    if (parameters.get('shown') === '1' || coveredNow(database, part.image) === undefined) {
      return bytes(png, 'image/png')
    }
    return bytes(await veil(png), 'image/webp')
  }
  const { database, jobs } = roomOfJob(ports.store(), job)
  const latest = jobs.preview(job)
  if (latest === undefined) {
    getJob(database, job)
    // It has ended before its preview was asked for: there is none, and nothing is wrong.
    return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } })
  }
  return bytes(await encodePreview(latest), 'image/webp')
}

async function download(ports: MediaPorts, ticket: string): Promise<Response> {
  const room = roomsOf(ports.store()).find(({ exporter }) => exporter.knows(ticket)) ?? ports.store()
  const { name, type, body } = await room.exporter.download(ticket)
  const content = body instanceof Buffer ? new Uint8Array(body) : body
  return new Response(content, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      'cache-control': 'no-store',
    },
  })
}

type Reception = 'input' | 'mask' | 'import'

function isReception(kind: string): kind is Reception {
  return kind === 'input' || kind === 'mask' || kind === 'import'
}

async function bringIn(
  ports: MediaPorts,
  request: Request,
  kind: Reception,
  parameters: URLSearchParams,
): Promise<Response> {
  const name = parameters.get('name') ?? kind
  const body = Buffer.from(await request.arrayBuffer())
  if (body.length === 0) throw new SanggarError({ code: 'picture-unreadable', name: name.slice(0, 200) })
  // A host refuses larger bodies before they arrive here, if it can.
  if (body.length > broughtByteLimit) {
    throw new SanggarError(fileTooLarge(name, body.length, broughtByteLimit))
  }
  const { database, library } = ports.store()
  if (kind === 'import') {
    const added = await importPicture({ database, library, onImage: ports.onImage }, body, name, Date.now())
    if (added === undefined) return Response.json({ duplicate: true }, { status: 200 })
    return Response.json({ id: added.id, width: added.width, height: added.height }, { status: 201 })
  }
  const inSession = parameters.get('incognito') === '1'
  const receiving = inSession ? ports.store().incognito.room().library : library
  const settings = kind === 'input' ? await readPictureSettings(body) : undefined
  const image = await receiving.bringIn(body, name.slice(0, 200), kind, historyOf(settings))
  ports.onImage(image)
  const { id, width, height, prompt } = image
  return Response.json({ id, width, height, told: prompt !== '' }, { status: 201 })
}

/** Pictures never change under their id, but they may be deleted: nothing is kept by a browser. */
function bytes(body: Uint8Array, type: string): Response {
  return new Response(new Uint8Array(body), {
    headers: { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  })
}

const statuses: Partial<Record<FailureCode, number>> = {
  'not-found': 404,
  'item-damaged': 410,
  'picture-too-large': 413,
  'picture-file-too-large': 413,
  'picture-unreadable': 415,
  'vault-locked': 423,
  internal: 500,
  'disk-full': 507,
}

function statusOf(failure: Failure): number {
  return statuses[failure.code] ?? 400
}
