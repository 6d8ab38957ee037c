import { SanggarError, failureOf } from '../../contract/errors.ts'
import type { JobRequest } from '../../contract/generation.ts'
import type { Image } from '../../contract/image.ts'
import type { Job, JobProgress } from '../../contract/job.ts'
import type {
  FromInference,
  InferenceTask,
  PictureRecord,
  RawPicture,
  RuntimeOptions,
  UnfinishedPicture,
} from '../../inference/protocol.ts'
import type { Connection } from '../database/open-database.ts'
import type { Library, NewImage } from '../library/library.ts'
import type { Checkpoints } from './checkpoints.ts'
import { gentler } from './gentler-runtime.ts'
import type { InferenceClient } from './inference-client.ts'
import { endJob, getJob, nextQueued, requeueJob, startJob } from './job-rows.ts'
import { createProgressClock } from './progress-clock.ts'
import { recordOf } from './picture-record.ts'

export type JobRunnerPorts = {
  database: Connection
  library: Library
  checkpoints: Checkpoints
  inference: InferenceClient
  /** milliseconds of work that may be lost; absent: the usual */
  checkpointEvery?: number | undefined
  runtime(): RuntimeOptions
  /** without adapters */
  safe?: boolean | undefined
  /** `made`: pictures of this job that are there already, when it goes on after a pause */
  taskOf(request: JobRequest, made: number): Promise<InferenceTask>
  ignoredWords(request: JobRequest): Promise<string[]>
  /**
   * The picture's entry with what the library knows besides: how it is shown, as the person's rules and the model's own
   * checker say, and the words of the picture that it was made from.
   */
  completed(image: NewImage, record: PictureRecord): NewImage
  onJob(job: Job): void
  onImage(image: Image): void
}

export type JobRunner = {
  /** Something was added or the pause ended: go on with the first waiting job, if none runs. */
  wake(): void
  cancel(id: string): void
  setPaused(paused: boolean): void
  paused(): boolean
  /** Of the job that runs; the newest preview and how far it is. */
  progress(id: string): JobProgress | undefined
  preview(id: string): RawPicture | undefined
  /** Starts nothing any more; resolves when nothing runs. What runs is ended as asked. */
  close(running: 'interrupt' | 'requeue' | 'finish'): Promise<void>
}

/** milliseconds of work that a crash may take */
const usualCheckpointEvery = 5000
/** milliseconds that a cancelled step may take while the program closes */
const closePatience = 1500

type Running = {
  id: string
  progress: JobProgress
  preview?: RawPicture
  cancelled: boolean
}

/** One job at a time: two would only slow each other down on one machine. */
export function createJobRunner(ports: JobRunnerPorts): JobRunner {
  let running: Running | undefined
  let finished: Promise<void> = Promise.resolve()
  let paused = false
  let closed: 'interrupt' | 'requeue' | 'finish' | undefined

  function wake(): void {
    if (running !== undefined || paused || closed !== undefined) return
    const job = nextQueued(ports.database)
    if (job === undefined) return
    running = { id: job.id, progress: waitingProgress(job), cancelled: false }
    finished = work(job, running).finally(() => {
      running = undefined
      wake()
    })
  }

  async function work(job: Job, current: Running): Promise<void> {
    const { database } = ports
    const notes: Job['notes'] = []
    startJob(database, job.id)
    announce(current)
    try {
      try {
        await attempt(job, current, notes, ports.runtime())
      } catch (error) {
        // Once, and from the last checkpoint: a process that dies twice would die a third time.
        const { code } = failureOf(error)
        if (code !== 'inference-crashed' || current.cancelled || ending()) throw error
        const { runtime, note } = gentler(ports.runtime(), current.progress.stage)
        notes.push(note)
        await attempt(getJob(database, job.id), current, notes, runtime)
      }
      endJob(database, job.id, 'done', { notes })
    } catch (error) {
      const failure = failureOf(error)
      if (ending() && closed === 'requeue') requeueJob(database, job.id)
      else if (ending()) endJob(database, job.id, 'interrupted', { notes, failure: { code: 'interrupted' } })
      else if (current.cancelled || failure.code === 'cancelled') {
        endJob(database, job.id, 'cancelled', { notes, failure: { code: 'cancelled' } })
      } else endJob(database, job.id, 'failed', { notes, failure })
    }
    if (closed === undefined) ports.onJob(getJob(database, job.id))
  }

  async function attempt(
    job: Job,
    current: Running,
    notes: Job['notes'],
    runtime: RuntimeOptions,
  ): Promise<void> {
    const { resume, made } = await goOn(job, notes)
    const task = await ports.taskOf(job.request, made)
    const ignoredWords = await ports.ignoredWords(job.request)
    // A cancel that came while pictures were being read has had nobody to reach yet.
    if (current.cancelled || ending()) throw new SanggarError({ code: 'cancelled' })
    if (task.kind === 'generate') {
      if (ports.safe === true && task.adapters.length > 0) {
        task.adapters = []
        notes.push({ code: 'safe-mode', detail: '' })
      }
      task.checkpointEvery = ports.checkpointEvery ?? usualCheckpointEvery
      if (resume !== undefined) task.resume = { ...resume, decode: job.decodes !== undefined }
    }
    const clock = createProgressClock()
    // Pictures are kept one after the other, in the order in which they were made, and latents before their picture.
    let keeping: Promise<void> = Promise.resolve()
    const keepNext = (action: () => Promise<void>): void => {
      keeping = keeping.then(action)
      // Looked at below; without this an early failure would be unhandled until the run ends.
      keeping.catch(() => undefined)
    }
    try {
      await ports.inference.run(job.id, task, runtime, (message) => {
        switch (message.type) {
          case 'progress':
            current.progress = { ...current.progress, ...clock.measure(message) }
            return announce(current)
          case 'preview':
            current.preview = message.image
            current.progress = { ...current.progress, preview: current.progress.preview + 1 }
            return announce(current)
          case 'checkpoint':
            return keepNext(() => keepUnfinished(job.id, made + message.picture, message.unfinished, notes))
          case 'picture':
            return keepNext(() => keep(job, message, ignoredWords, notes))
        }
      })
    } finally {
      // What came before a failure is kept all the same, and nothing is written once this has ended.
      await keeping
    }
  }

  /** What is there of the job already: pictures, and the latents of one that was cut short. */
  async function goOn(
    job: Job,
    notes: Job['notes'],
  ): Promise<{ resume?: UnfinishedPicture | undefined; made: number }> {
    if (job.decodes !== undefined) {
      const resume = await ports.checkpoints.load(job.decodes.job)
      if (resume === undefined) throw new SanggarError({ code: 'checkpoint-unusable', id: job.decodes.job })
      return { resume, made: 0 }
    }
    const made = Math.max(job.images.length, job.checkpoint?.picture ?? 0)
    if (job.checkpoint?.picture !== made) return { made }
    try {
      return { resume: await ports.checkpoints.load(job.id), made }
    } catch (error) {
      if (failureOf(error).code !== 'checkpoint-unusable') throw error
      // Damaged on the disk: the picture can still be made from its beginning.
      notes.push({ code: 'checkpoint-damaged', detail: `${job.checkpoint.step} / ${job.checkpoint.steps}` })
      return { made }
    }
  }

  /** A disk that is full must not end a job whose picture may still fit. */
  async function keepUnfinished(
    id: string,
    picture: number,
    unfinished: UnfinishedPicture,
    notes: Job['notes'],
  ): Promise<void> {
    try {
      await ports.checkpoints.save(id, picture, unfinished)
    } catch (error) {
      const { code } = failureOf(error)
      if (code !== 'disk-full' && code !== 'path-not-writable') throw error
      if (!notes.some((note) => note.code === 'checkpoint-not-kept')) {
        notes.push({ code: 'checkpoint-not-kept', detail: code })
      }
    }
  }

  async function keep(
    job: Job,
    message: Extract<FromInference, { type: 'picture' }>,
    ignoredWords: string[],
    notes: Job['notes'],
  ): Promise<void> {
    const own = message.record.notes
    notes.push(
      ...own.filter(
        (note) => !notes.some((other) => other.code === note.code && other.detail === note.detail),
      ),
    )
    let forget = () => Promise.resolve()
    const image = await ports.library.keep(
      message.image,
      ports.completed(recordOf(job, message.record, notes, ignoredWords), message.record),
      () => {
        forget = ports.checkpoints.drop(job.id)
      },
    )
    await forget()
    if (closed === undefined) ports.onImage(image)
  }

  /** Being closed, and not by waiting for the end. */
  function ending(): boolean {
    return closed === 'interrupt' || closed === 'requeue'
  }

  function announce(current: Running): void {
    if (closed === undefined)
      ports.onJob({ ...getJob(ports.database, current.id), progress: current.progress })
  }

  return {
    wake,
    cancel(id) {
      if (running?.id === id) {
        running.cancelled = true
        ports.inference.cancel(id)
        return
      }
      const job = getJob(ports.database, id)
      if (job.state !== 'queued') throw new SanggarError({ code: 'not-found', what: 'waiting job', id })
      endJob(ports.database, id, 'cancelled', { failure: { code: 'cancelled' } })
      ports.onJob(getJob(ports.database, id))
    },
    setPaused(next) {
      paused = next
      wake()
    },
    paused: () => paused,
    progress: (id) => (running?.id === id ? running.progress : undefined),
    preview: (id) => (running?.id === id ? running.preview : undefined),
    async close(how) {
      closed = how
      if (running !== undefined && ending()) {
        ports.inference.cancel(running.id)
        // A long native call does not hear the cancel: the process goes, and with it the pixels it held.
        const patience = setTimeout(() => ports.inference.restart(), closePatience)
        await finished
        clearTimeout(patience)
      } else await finished
    },
  }
}

function waitingProgress(job: Job): JobProgress {
  const pictures = job.request.kind === 'generate' ? job.request.count : 1
  return { stage: 'waiting', step: 0, steps: 0, picture: 0, pictures, fraction: 0, preview: 0 }
}
