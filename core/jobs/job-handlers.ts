import type { EventName, EventValue, Handlers } from '../../contract/api.ts'
import { SanggarError } from '../../contract/errors.ts'
import type { JobRequest } from '../../contract/generation.ts'
import type { Job } from '../../contract/job.ts'
import type { Room } from '../incognito/incognito.ts'
import { roomOfImage, roomOfJob, roomsOf } from '../incognito/rooms.ts'
import { getImage } from '../library/image-rows.ts'
import { settle } from '../models/task.ts'
import type { Store } from '../open-store.ts'
import { newId } from '../vault/identifier.ts'
import { getJob, insertJob, listJobs, moveQueued, removeEnded } from './job-rows.ts'

type JobHandlers = Pick<Handlers, Extract<keyof Handlers, `jobs.${string}` | `queue.${string}`>>

export function jobHandlers(
  store: () => Store,
  emit: <Name extends EventName>(name: Name, value: EventValue<Name>) => void,
): JobHandlers {
  /** The job is a row before anything else happens; what it needs is looked at first, so that a typo fails here. */
  async function submit(request: JobRequest): Promise<{ id: string }> {
    const { models, incognito } = store()
    const pictures = picturesOf(request)
    for (const id of pictures) getImage(roomOfImage(store(), id).database, id)
    // What is made from a picture of the session stays in the session.
    const inSession = request.incognito === true || pictures.some((id) => incognito.hasImage(id))
    if (request.kind === 'generate') {
      await models.resolve(request.model)
      for (const adapter of request.adapters) await models.resolve(adapter.id)
      if (request.mask !== undefined && request.image === undefined) {
        throw new SanggarError({ code: 'picture-required' })
      }
    }
    const { database, jobs } = inSession ? incognito.room() : store()
    const id = newId()
    insertJob(database, id, settle(inSession ? { ...request, incognito: true } : request))
    emit('job.changed', getJob(database, id))
    jobs.wake()
    return { id }
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
        for (const job of listJobs(database).reverse()) {
          if (job.state === 'queued' || job.state === 'running') jobs.cancel(job.id)
        }
      }
      return null
    },
    'jobs.retry': ({ id }) => submit(getJob(roomOfJob(store(), id).database, id).request),
    'jobs.clear': () => {
      for (const { database } of roomsOf(store())) {
        for (const id of removeEnded(database)) emit('job.removed', { id })
      }
      return null
    },
    'jobs.move': ({ id, index }) => {
      const { database } = roomOfJob(store(), id)
      moveQueued(database, id, index)
      emit('job.changed', getJob(database, id))
      return null
    },
    'queue.pause': ({ paused }) => {
      for (const { jobs } of roomsOf(store())) jobs.setPaused(paused)
      emit('queue.changed', { paused })
      return { paused }
    },
    'queue.state': () => ({ paused: store().jobs.paused() }),
  }
}

function picturesOf(request: JobRequest): string[] {
  const ids =
    request.kind === 'generate' ? [request.image?.id, request.mask?.id] : [request.image, maskOf(request)]
  return ids.filter((id) => id !== undefined)
}

function maskOf(request: Exclude<JobRequest, { kind: 'generate' }>): string | undefined {
  return request.kind === 'restore' ? request.mask : undefined
}
