import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { damageFacts } from '../contract/damage.ts'
import { failureParameters } from '../contract/errors.ts'
import { allCommands, runCommandLine } from './command-line.ts'
import { failureLine } from './failure-messages.ts'

const data = mkdtempSync(path.join(os.tmpdir(), 'sanggar-cli-'))
afterAll(() => rmSync(data, { recursive: true }))

async function run(...parameters: string[]) {
  const out: string[] = []
  const errors: string[] = []
  const code = await runCommandLine(parameters, {
    out: (line) => out.push(line),
    error: (line) => errors.push(line),
    signal: new AbortController().signal,
  })
  return { code, out, errors }
}

test('every command says what it does and takes', async () => {
  const commands = await allCommands()
  for (const { name } of commands) {
    const { code, out } = await run(...name.split(' '), '--help')
    expect(code).toBe(0)
    expect(out.join('\n')).toContain(`sanggar ${name}`)
  }
  const { out } = await run('--help')
  for (const { name } of commands) expect(out.join('\n')).toContain(`sanggar ${name}`)
})

test.each([
  [['generte'], /^bad-usage: there is no command "generte"/],
  [['models'], /^bad-usage: which one\? models list/],
  [['generate'], /^bad-usage: missing the prompt/],
  [['generate', 'a', 'boat'], /^bad-usage: unexpected "boat"/],
  [['generate', 'a', '--size', 'big'], /^bad-usage: --size wants/],
  [['upscale', 'a.png', '--scale', '3'], /^bad-usage: --scale is 2 or 4/],
  [['serve', '--port', '70000'], /^bad-usage: --port/],
  [['library', 'delete-all'], /^confirmation-required: /],
])('%j is bad usage', async (parameters, line) => {
  const { code, errors } = await run(...parameters)
  expect(errors[0]).toMatch(line)
  expect(code).toBe(2)
})

test('an empty library lists nothing; a missing picture and a missing id are failures', async () => {
  expect(await run('library', 'list', '--json', '--data', data)).toEqual({ code: 0, out: [], errors: [] })
  const missing = await run('restore', path.join(data, 'none.png'), '--data', data)
  expect(missing.errors[0]).toMatch(/^path-not-found: /)
  expect(missing.code).toBe(1)
  const unknown = await run('library', 'delete', 'nobody', '--data', data)
  expect(unknown.errors[0]).toMatch(/^not-found: /)
  expect(unknown.code).toBe(1)
})

test('of a folder of models each that runs is added, whatever lies beside it', async () => {
  const folder = path.join(data, 'models-of-mine')
  const shipped = path.join(import.meta.dirname, '..', 'models', 'upscale-2x')
  cpSync(shipped, path.join(folder, 'upscaler'), { recursive: true })
  writeFileSync(path.join(folder, 'broken.safetensors'), 'no header at all')
  const { code, out, errors } = await run('models', 'add', folder, '--data', data)
  expect(errors).toEqual([expect.stringMatching(/^model-damaged: .*broken\.safetensors/)])
  expect(out).toEqual([expect.stringContaining('upscale')])
  expect(code).toBe(0)
})

test('a data directory that is a file is a failure, not a crash', async () => {
  const file = path.join(data, 'a-file')
  writeFileSync(file, 'x')
  const { code, errors } = await run('library', 'list', '--data', file)
  expect(errors[0]).toMatch(/^(path-not-writable|path-not-found|library-damaged): /)
  expect(code).toBe(1)
})

test('what is wrong with a file of a model is said with all that is known', () => {
  for (const [detail, names] of Object.entries(damageFacts)) {
    const facts = Object.fromEntries(names.map((name, index) => [name, `value${index}`]))
    const line = failureLine({ code: 'model-damaged', path: 'a.safetensors', detail, facts })
    expect(line).toMatch(/^model-damaged: a\.safetensors is damaged: [^{}]{8,}$/)
    for (const value of Object.values(facts)) expect(line).toContain(value)
  }
})

test('every failure has a line of its own, with all that it knows in it', () => {
  for (const [code, shape] of Object.entries(failureParameters)) {
    const facts = code === 'model-damaged' ? { facts: {} } : {}
    const names = Object.keys(shape).filter((name) => !(name in facts))
    const failure = Object.fromEntries(names.map((name, index) => [name, `value${index}`]))
    const line = failureLine({ code, ...failure, ...facts } as never)
    expect(line).toMatch(new RegExp(`^${code}: .{4,}`))
    expect(line).not.toContain('undefined')
    for (const value of Object.values(failure)) expect(line).toContain(value)
  }
})
