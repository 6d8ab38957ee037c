import { SanggarError, failureOf } from '../../contract/errors.ts'
import { peakMemory, startPeak } from '../environment.ts'
import type { Pixels, Planes } from '../images/pixels.ts'
import { fromSigned } from '../images/planes.ts'
import { decodePicture, makePicture } from '../pipelines/make-picture.ts'
import { checkPicture } from '../pipelines/output-check.ts'
import type { Conditioned, NoiseSource, PictureRequest, RunContext } from '../pipelines/pipeline.ts'
import { previewer } from '../previews/previewer.ts'
import type { GenerateTask, PictureRecord, RawPicture } from '../protocol.ts'
import { createGenerator } from '../random.ts'
import { checkpointer } from './checkpointer.ts'
import type { JobStage } from '../../contract/job.ts'
import { type PictureChecks, pictureChecks } from '../safety/picture-checks.ts'
import { limitsOf } from './describe.ts'
import type { LoadedModels } from './loaded-models.ts'
import { prepareControls, prepareSource } from './source-picture.ts'
import { checkEnlarged, enhancerRuntime, enlarged } from './enhance.ts'
import type { TaskContext } from './task-queue.ts'
import { type Size, keepingSize, requestOf, sizeOf } from './picture-request.ts'

type Note = PictureRecord['notes'][number]

/** One picture per seed, each handed over as soon as it is ready. Throws `SanggarError`. */
export async function runGenerate(
  task: GenerateTask,
  models: LoadedModels,
  context: TaskContext,
): Promise<void> {
  const checks = pictureChecks(task.model, context.runtime)
  try {
    await makePictures(task, models, context, checks)
  } catch (error) {
    // What did not fit must not stay: the next task would have even less.
    if (failureOf(error).code === 'out-of-memory') await models.release()
    throw error
  } finally {
    await checks.release()
  }
}

async function makePictures(
  asked: GenerateTask,
  models: LoadedModels,
  context: TaskContext,
  checks: PictureChecks,
): Promise<void> {
  startPeak()
  const notes: Note[] = []
  const note = (code: string, detail: string): void => {
    if (!notes.some((known) => known.code === code && known.detail === detail)) notes.push({ code, detail })
  }
  const report = progressReporter(asked, context)
  report.stage('loading', 0)
  await context.pause()
  const onNote = ({ code, detail }: Note): void => note(code, detail)
  const model = await models.open(
    asked.model,
    context.runtime,
    onNote,
    asked.adapters,
    report.layer,
    asked.override,
    controlFiles(asked),
  )
  const limits = limitsOf(model.family, model.parts)
  const task = keepingSize(asked, limits)
  const size = sizeOf(task, limits)
  if (isAdjusted(task, size)) note('size-adjusted', `${size.width} x ${size.height}`)
  // Before anything is drawn that could not be finished.
  if (task.finish !== undefined) checkEnlarged(paintedSize(task, size), task.finish.scale)
  const source = prepareSource(task, size)
  const request: PictureRequest = {
    ...requestOf(task, model, limits, size),
    ...source.inputs,
    ...prepareControls(task, size, model.parts.controlNames),
  }

  let conditioned: Conditioned | undefined
  for (const [picture, seed] of task.seeds.entries()) {
    const started = performance.now()
    const preview = previewer(model, (image, step) =>
      context.send({ type: 'preview', id: context.id, picture, step, image: raw(image) }),
    )
    const resume = picture === 0 ? task.resume : undefined
    const noise = createGenerator(seed)
    const run: RunContext = {
      sessions: model.sessions,
      noise: task.draws === undefined ? noise : replayed(task.draws),
      ...variationOf(task, picture),
      pause: () => context.pause(),
      stage: (stage) => report.stage(stage, picture),
      note,
    }
    const checkpoints = checkpointer(task.checkpointEvery, noise, (unfinished) =>
      context.send({ type: 'checkpoint', id: context.id, picture, unfinished }),
    )
    let planes: Planes
    let steps: number
    if (resume?.decode === true) {
      steps = resume.step
      if (steps < resume.steps) note('decoded-early', `${steps} / ${resume.steps}`)
      planes = await decodePicture(model.family, model.parts, run, resume.denoised, resume.shape)
    } else {
      const made = await makePicture(model.family, model.parts, run, request, {
        ...(conditioned === undefined ? {} : { conditioned }),
        ...(resume === undefined
          ? {}
          : {
              resume: {
                checkpoint: resume.checkpoint,
                restoreNoise: () => {
                  if (resume.checkpoint.generator !== undefined) noise.restore(resume.checkpoint.generator)
                },
              },
            }),
        onStep: async (step, geometry) => {
          report.step(step.step, step.steps, picture)
          checkpoints.onStep(step, geometry.shape)
          await preview.onStep(step, geometry, run)
        },
      }).catch((error: unknown) => {
        checkpoints.onCut()
        throw error
      })
      conditioned = made.conditioned
      preview.learn(made)
      ;({ planes, steps } = made)
    }
    const made = fromSigned(planes)
    checkPicture(made.data)
    const painted = source.finish(made)
    const verdict = await checks.flag(painted, note)
    const image = await finished(painted, task, context, note, () => report.stage('finishing', picture))
    context.send({
      type: 'picture',
      id: context.id,
      picture,
      image: raw(image),
      record: {
        width: image.width,
        height: image.height,
        seed,
        ...(task.variation?.seeds[picture] && { variationSeed: task.variation.seeds[picture] }),
        steps,
        guidanceScale: request.guidanceScale,
        scheduler: task.scheduler,
        executionProvider: await providerOf(model.sessions),
        milliseconds: Math.round(performance.now() - started),
        peakMemory: peakMemory(),
        ...verdict,
        notes: [...notes],
      },
    })
  }
}

function variationOf({ variation }: GenerateTask, picture: number): Pick<RunContext, 'variation'> {
  const seed = variation?.seeds[picture]
  if (variation === undefined || seed === undefined) return {}
  return { variation: { noise: createGenerator(seed), strength: variation.strength } }
}

/** The ControlNets that a task names, each once. */
function controlFiles({ controls = [] }: GenerateTask): string[] {
  return [...new Set(controls.flatMap(({ model }) => model ?? []))]
}

/** What another program drew, in its order. */
function replayed(draws: readonly Float32Array[]): NoiseSource {
  let next = 0
  return {
    randn(length) {
      const drawn = draws[next++]
      if (drawn?.length === length) return drawn
      const problem = `draw ${next - 1} has not ${length} numbers`
      throw new SanggarError({ code: 'invalid-request', path: 'draws', problem })
    },
  }
}

/** The picture enlarged as the task's last step asks. */
async function finished(
  painted: Pixels,
  { finish }: GenerateTask,
  context: TaskContext,
  note: (code: string, detail: string) => void,
  onBegin: () => void,
): Promise<Pixels> {
  if (finish === undefined) return painted
  onBegin()
  const runtime = enhancerRuntime(context.runtime, ({ code, detail }) => note(code, detail))
  return (await enlarged(painted, finish, runtime, () => context.pause())).pixels
}

/** What stands before it is enlarged: a part that was painted goes back into its picture. */
function paintedSize({ image, mask }: GenerateTask, size: Size): Size {
  return image !== undefined && mask?.onlyMasked === true ? image : size
}

/** The size came from the source picture and could not be kept. */
function isAdjusted({ image, mask, width, height }: GenerateTask, size: Size): boolean {
  if (image === undefined || mask?.onlyMasked === true || width !== undefined || height !== undefined)
    return false
  return image.width !== size.width || image.height !== size.height
}

function raw({ width, height, data }: { width: number; height: number; data: Uint8Array }): RawPicture {
  return { width, height, rgb: data }
}

async function providerOf(sessions: RunContext['sessions']): Promise<string> {
  for (const name of ['transformer', 'unet', 'vae_decoder'] as const) {
    if (sessions.isOpen(name)) return (await sessions.session(name)).executionProvider
  }
  return 'cpu'
}

function progressReporter(task: GenerateTask, { id, send, pause }: TaskContext) {
  let steps = task.steps ?? 0
  const pictures = task.seeds.length
  return {
    stage(stage: JobStage, picture: number): void {
      const step = stage === 'decoding' || stage === 'finishing' ? steps : 0
      send({ type: 'progress', id, stage, step, steps, picture, pictures })
    },
    /** Weights are brought to 8 bits, once: that takes minutes, and is told. */
    async layer(_network: string, done: number, of: number): Promise<void> {
      send({ type: 'progress', id, stage: 'loading', step: done, steps: of, picture: 0, pictures })
      await pause()
    },
    step(step: number, of: number, picture: number): void {
      steps = of
      send({ type: 'progress', id, stage: 'denoising', step, steps, picture, pictures })
    },
  }
}
