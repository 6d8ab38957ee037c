import type { EventName, EventValue, Handlers } from '../../contract/api.ts'
import { SanggarError } from '../../contract/errors.ts'
import type { JobRequest } from '../../contract/generation.ts'
import type { Job } from '../../contract/job.ts'
import type { Room } from '../incognito/incognito.ts'
import { roomOfImage, roomOfJob, roomsOf } from '../incognito/rooms.ts'
import { getImage } from '../library/image-rows.ts'
import { controlsOf, settle } from '../models/task.ts'
import type { ModelRegistry } from '../models/model-registry.ts'
import type { Store } from '../open-store.ts'
import { askFirst } from '../privacy/cover.ts'
import { readSettings } from '../settings/settings-store.ts'
import { newId } from '../vault/identifier.ts'
import { expandRequest } from './expand-request.ts'
import { wildcardReader } from './wildcard-store.ts'
import { mentionedAdapters } from '../models/mentioned-adapters.ts'
import { getJob, insertJob, keepPaused, listJobs, moveQueued, removeEnded, resumeJob } from './job-rows.ts'
import { seedsOf } from '../models/task.ts'

type JobHandlers = Pick<Handlers, Extract<keyof Handlers, `jobs.${string}` | `queue.${string}`>>

export function jobHandlers(
  store: () => Store,
  emit: <Name extends EventName>(name: Name, value: EventValue<Name>) => void,
): JobHandlers {
  async function submit(request: JobRequest): Promise<{ id: string; ids: string[] }> {
    const ids: string[] = []
    for (const one of expandRequest(request, wildcardReader(store().database))) {
      ids.push((await submitOne(one)).id)
    }
    return { id: ids[0] ?? '', ids }
  }

  /** The job is a row before anything else happens; what it needs is looked at first, so that a typo fails here. */
  async function submitOne(request: JobRequest): Promise<{ id: string }> {
    const { models, incognito } = store()
    const pictures = picturesOf(request)
    for (const id of pictures) getImage(roomOfImage(store(), id).database, id)
    // What is made from a picture of the session stays in the session.
    const inSession = request.incognito === true || pictures.some((id) => incognito.hasImage(id))
    askFirst(readSettings(store().database), request)
    if (request.kind === 'generate') {
      await models.resolve(request.model)
      for (const adapter of request.adapters) await models.resolve(adapter.id)
      for (const { model } of controlsOf(request)) if (model !== undefined) await models.resolve(model)
      if (request.mask !== undefined && request.image === undefined) {
        throw new SanggarError({ code: 'picture-required' })
      }
    }
    const { database, jobs } = inSession ? incognito.room() : store()
    const id = newId()
    const asked = await withMentioned(inSession ? { ...request, incognito: true } : request, models)
    const settled = await settle(asked, models)
    insertJob(database, id, settled)
    emit('job.changed', getJob(database, id))
    jobs.wake()
    return { id }
  }

  async function decode({ id, vae }: { id: string; vae?: string | undefined }): Promise<{ id: string }> {
    const { models } = store()
    const { database, jobs } = roomOfJob(store(), id)
    const { request, checkpoint } = getJob(database, id)
    if (request.kind !== 'generate' || checkpoint === undefined) {
      throw new SanggarError({ code: 'checkpoint-unusable', id })
    }
    if (vae !== undefined) await models.resolve(vae)
    const seed = seedsOf(request.seed ?? '0', request.count)[checkpoint.picture]
    const adapters = vae === undefined ? request.adapters : [...request.adapters, { id: vae, scale: 1 }]
    const decoding = newId()
    const asked = { ...request, count: 1, adapters, ...(seed === undefined ? {} : { seed }) }
    insertJob(database, decoding, asked, { job: id, ...(vae === undefined ? {} : { vae }) })
    emit('job.changed', getJob(database, decoding))
    jobs.wake()
    return { id: decoding }
  }

  function withProgress(room: Room, job: Job): Job {
    const progress = room.jobs.progress(job.id)
    return progress === undefined ? job : { ...job, progress }
  }

  return {
    'jobs.submit': submit,
    'jobs.list': () =>
      roomsOf(store()).flatMap((room) => listJobs(room.database).map((job) => withProgress(room, job))),
    'jobs.cancel': ({ id }) => {
      roomOfJob(store(), id).jobs.cancel(id)
      return null
    },
    'jobs.cancelAll': () => {
      for (const { database, jobs } of roomsOf(store())) {
        // The last first, so that none of them begins; kept in one go, since each alone waits for the disk.
        const active = listJobs(database).filter(({ state }) => state === 'queued' || state === 'running')
        database.transaction(() => active.reverse().forEach(({ id }) => jobs.cancel(id)))()
      }
      return null
    },
    'jobs.retry': ({ id }) => submit(getJob(roomOfJob(store(), id).database, id).request),
    'jobs.resume': ({ id }) => {
      const { database, jobs } = roomOfJob(store(), id)
      resumeJob(database, id)
      emit('job.changed', getJob(database, id))
      jobs.wake()
      return null
    },
    'jobs.decode': decode,
    'jobs.clear': async () => {
      for (const { database, checkpoints } of roomsOf(store())) {
        for (const id of removeEnded(database)) emit('job.removed', { id })
        await checkpoints.sweep()
      }
      return null
    },
    'jobs.move': ({ id, index }) => {
      const { database } = roomOfJob(store(), id)
      // Every waiting job has another place now.
      for (const moved of moveQueued(database, id, index)) emit('job.changed', getJob(database, moved))
      return null
    },
    'queue.pause': ({ paused }) => {
      for (const { jobs } of roomsOf(store())) jobs.setPaused(paused)
      keepPaused(store().database, paused)
      emit('queue.changed', { paused })
      return { paused }
    },
    'queue.state': () => ({ paused: store().jobs.paused() }),
  }
}

/** Adapters that the prompt names become part of the request, so that it can be done again as it was. */
async function withMentioned(request: JobRequest, models: ModelRegistry): Promise<JobRequest> {
  if (request.kind !== 'generate') return request
  return { ...request, adapters: mentionedAdapters(request, await models.list()) }
}

function picturesOf(request: JobRequest): string[] {
  const ids =
    request.kind === 'generate'
      ? [request.image?.id, request.mask?.id, ...controlsOf(request).map(({ image }) => image)]
      : [request.image, maskOf(request)]
  return ids.filter((id) => id !== undefined)
}

function maskOf(request: Exclude<JobRequest, { kind: 'generate' }>): string | undefined {
  return request.kind === 'restore' ? request.mask : undefined
}
