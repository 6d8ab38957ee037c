import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { forkInference } from './fork-inference.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'sanggar-fork-'))
afterAll(() => rmSync(folder, { recursive: true }))

function worker(name: string, source: string): string {
  const file = path.join(folder, `${name}.mjs`)
  writeFileSync(file, source)
  return file
}

const once = <Value>(subscribe: (listener: (value: Value) => void) => void) =>
  new Promise<Value>((resolve) => subscribe(resolve))

test('the environment is the given one and nothing else', async () => {
  process.env['SANGGAR_SECRET_OF_PARENT'] = 'x'
  const child = forkInference({
    worker: worker('env', 'process.send({ env: process.env, argv: process.execArgv })'),
  })
  const told = await once<unknown>((listener) => child.onMessage(listener))
  child.kill()
  const { env, argv } = told as { env: Record<string, string>; argv: string[] }
  expect(env['ORT_DISABLE_TELEMETRY']).toBe('1')
  expect(env['ORT_TELEMETRY_DISABLED']).toBe('1')
  expect(env['HOME']).toBeUndefined()
  expect(env['CI']).toBeUndefined()
  expect(env['SANGGAR_SECRET_OF_PARENT']).toBeUndefined()
  expect(argv).toEqual([])
})

test('pixels cross as bytes, both ways', async () => {
  const echo = worker('echo', 'process.on("message", (message) => process.send(message))')
  const child = forkInference({ worker: echo })
  const rgb = Uint8Array.from({ length: 300 }, (_, index) => index % 256)
  const back = once<unknown>((listener) => child.onMessage(listener))
  const image = { width: 10, height: 10, rgb }
  const runtime = { executionProvider: 'cpu', threads: 1, memoryCeiling: 0 } as const
  child.send({ type: 'run', id: '1', task: { kind: 'upscale', model: 'm', scale: 2, image }, runtime })
  const message = await back
  child.kill()
  expect((message as { task: { image: { rgb: Uint8Array } } }).task.image.rgb).toEqual(rgb)
})

test('a killed process says by which signal, also to those who ask late', async () => {
  const child = forkInference({ worker: worker('sleep', 'setInterval(() => {}, 1000)') })
  const reason = once<string>((listener) => child.onExit(listener))
  child.kill()
  expect(await reason).toBe('SIGKILL')
  expect(await once<string>((listener) => child.onExit(listener))).toBe('SIGKILL')
  child.send({ type: 'release' })
})

test('a process that fails says what it printed last', async () => {
  const child = forkInference({ worker: worker('crash', 'throw new Error("no such library")') })
  expect(await once<string>((listener) => child.onExit(listener))).toMatch(/^exit code 1: .*no such library/)
})
