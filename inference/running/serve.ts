import { env } from 'onnxruntime-node'
import { failureOf } from '../../contract/errors.ts'
import { probe } from '../checkpoints/probe.ts'
import { threadCount } from '../environment.ts'
import type { InferenceTask, ToInference } from '../protocol.ts'
import { carriedProviders } from '../providers.ts'
import { openChannel } from './channel.ts'
import { describeModel } from './describe.ts'
import { runGenerate } from './generate.ts'
import { runEnhance } from './enhance.ts'
import { runExport } from './export.ts'
import { LoadedModels } from './loaded-models.ts'
import { runPrepare } from './prepare.ts'
import { type TaskContext, TaskQueue } from './task-queue.ts'

/** After so long without work every model is let go. */
const usualIdle = 5 * 60_000

/** Answers core until the process ends. One task runs at a time; questions are answered in between. */
export function serve(): void {
  const channel = openChannel()
  const models = new LoadedModels()
  const queue = new TaskQueue(channel.send, {
    idleAfter: ({ keepModels = 'idle', idleMilliseconds = usualIdle }) =>
      keepModels === 'keep' ? undefined : keepModels === 'after-use' ? 0 : idleMilliseconds,
    onIdle: () => models.release(),
    run: (task, context) => runTask(task, models, context),
  })

  const answer = async (message: ToInference): Promise<void> => {
    switch (message.type) {
      case 'run':
        return queue.add(message.id, message.task, message.runtime)
      case 'cancel':
        return queue.cancel(message.id)
      case 'release':
        return queue.whenIdle(() => models.release())
      case 'probe':
        return channel.send({ type: 'probed', id: message.id, passport: await probe(message.path) })
      case 'describe':
        return channel.send({
          type: 'described',
          id: message.id,
          description: await describeModel(message.path, message.override),
        })
    }
  }
  channel.onMessage((message) => {
    answer(message).catch((error: unknown) => {
      if ('id' in message) channel.send({ type: 'failed', id: message.id, failure: failureOf(error) })
    })
  })
  channel.send({
    type: 'ready',
    onnxRuntime: env.versions.node ?? env.versions.common,
    providers: carriedProviders(),
    threads: threadCount(0),
  })
}

function runTask(task: InferenceTask, models: LoadedModels, context: TaskContext): Promise<void> {
  switch (task.kind) {
    case 'generate':
      return runGenerate(task, models, context)
    case 'export':
      return runExport(task, context)
    case 'prepare':
      return runPrepare(task, context)
    default:
      return runEnhance(task, context)
  }
}
