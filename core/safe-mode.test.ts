import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { AppInfo } from '../contract/api.ts'
import type { GenerateTask, RuntimeOptions } from '../inference/protocol.ts'
import { createProcessDouble, drawFlat } from './testing/host-double.ts'
import { type Harness, openHarness } from './testing/studio-harness.ts'

let harness: Harness
afterEach(() => harness.close())

test("safe mode draws on the CPU with the first day's settings, and says so at the start", async () => {
  const runtimes: RuntimeOptions[] = []
  harness = await openHarness(undefined, {
    safe: true,
    spawnInference() {
      const inference = createProcessDouble({ behaviour: drawFlat, tasks: harness.double.control.tasks })
      return {
        ...inference,
        send(message) {
          if (message.type === 'run') runtimes.push(message.runtime)
          inference.send(message)
        },
      }
    },
  })
  await harness.call('settings.change', { executionProvider: 'cuda', threads: 3, precision: 'fast' })
  const adapter = path.join(harness.double.root, 'models', 'starter')
  const job = await harness.make({ adapters: [{ id: adapter }] })
  expect(job).toMatchObject({ state: 'done', notes: [{ code: 'safe-mode' }] })
  expect(runtimes[0]).toMatchObject({ executionProvider: 'cpu', threads: 0, precision: 'exact' })
  expect((harness.double.control.tasks[0] as GenerateTask).adapters).toEqual([])
  const info = (await harness.call('app.info')) as AppInfo
  expect(info.warnings.map(({ code }) => code)).toContain('safe-mode')
})

test('the report says what is the matter and nothing of what was drawn, and so does the log', async () => {
  harness = await openHarness((task, say, process) =>
    (task as GenerateTask).prompt.includes('zeppelin')
      ? process.die('SIGSEGV')
      : drawFlat(task, say, process),
  )
  await harness.make({ prompt: 'a boat in a secret harbour' })
  expect((await harness.make({ prompt: 'my zeppelin' })).state).toBe('failed')
  const { text } = (await harness.call('app.diagnostics')) as { text: string }
  expect(text).toMatch(/jobs: done 1, failed 1/)
  expect(text).toMatch(/failures: inference-crashed 1/)
  expect(text).toMatch(/job kind=generate state=failed code=inference-crashed/)
  const logs = path.join(harness.dataDirectory, 'logs')
  const written = readdirSync(logs).map((name) => readFileSync(path.join(logs, name), 'utf8'))
  for (const words of [text, ...written]) {
    for (const secret of ['harbour', 'zeppelin', harness.dataDirectory, 'starter']) {
      expect(words).not.toContain(secret)
    }
  }
  await harness.call('privacy.deleteAll', { confirmation: 'delete everything' })
  // What is logged afterwards begins anew.
  const left = readdirSync(logs).map((name) => readFileSync(path.join(logs, name), 'utf8'))
  expect(left.join('')).not.toContain('inference-crashed')
})
