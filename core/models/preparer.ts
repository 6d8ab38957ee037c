import type { Job } from '../../contract/job.ts'
import type { PrepareTask, RuntimeOptions } from '../../inference/protocol.ts'
import type { Host, InferenceProcess } from '../host.ts'
import type { ModelRegistry } from './model-registry.ts'

/** milliseconds without a job before the machine is taken to be free */
const quiet = 8000

export type PreparerPorts = {
  host: Pick<Host, 'spawnInference'>
  runtime(): RuntimeOptions
  models: Pick<ModelRegistry, 'get' | 'resolve'>
  /** a form was made, or there is none to be made */
  onPrepared(): void
  /** absent: the usual */
  quietMilliseconds?: number
}

export type Preparer = {
  /** Told of every change of every job. */
  onJob(job: Job): void
  close(): void
}

/**
 * After a picture, when nothing else is to be done, the model that drew it is brought into the form in which it opens
 * at once: in an inference process of its own, which the next job ends. Each model once for as long as this lives,
 * unless it was interrupted.
 */
export function createPreparer({
  host,
  runtime,
  models,
  onPrepared,
  quietMilliseconds = quiet,
}: PreparerPorts): Preparer {
  const done = new Set<string>()
  const busy = new Set<string>()
  let next: string | undefined
  let timer: NodeJS.Timeout | undefined
  let worker: InferenceProcess | undefined
  let closed = false

  function stop(): void {
    clearTimeout(timer)
    worker?.kill()
    worker = undefined
  }

  async function prepare(model: string): Promise<void> {
    const place = await models.resolve(model)
    const { layout } = (await models.get(model)).passport
    // Only what lies there as a checkpoint has another form to be brought into.
    if (layout === 'onnx-folder' || closed || busy.size > 0) return
    const started = host.spawnInference()
    worker = started
    const task: PrepareTask = {
      kind: 'prepare',
      model: place.path,
      ...(place.override === undefined ? {} : { override: place.override }),
    }
    started.onMessage((message) => {
      if (message.type === 'ready') {
        started.send({ type: 'run', id: 'prepare', task, runtime: runtime() })
      } else if (message.type === 'done' || message.type === 'failed') {
        // A model that cannot be prepared draws as it did before: nobody waits for this, nobody is told.
        done.add(model)
        started.kill()
        onPrepared()
      }
    })
    started.onExit(() => {
      if (worker === started) worker = undefined
    })
  }

  return {
    onJob({ id, state, request }) {
      if (state === 'running' || state === 'queued') {
        busy.add(id)
        stop()
        return
      }
      busy.delete(id)
      // A session that leaves no trace leaves no form of its model either.
      const leavesTraces = request.kind === 'generate' && request.incognito !== true
      if (state === 'done' && leavesTraces) next = request.model
      if (busy.size > 0 || closed || next === undefined || done.has(next)) return
      const model = next
      clearTimeout(timer)
      timer = setTimeout(() => {
        // The model may have been taken away meanwhile, which is no concern of ours.
        prepare(model).catch(() => undefined)
      }, quietMilliseconds)
      timer.unref()
    },
    close() {
      closed = true
      stop()
    },
  }
}
