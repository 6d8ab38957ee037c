import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Policy } from '../../contract/policy.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'

const root = path.resolve(import.meta.dirname, '..', '..')
const shipped = path.join(root, 'resources', 'privacy-policy')

let studio: Harness
let folder: string
beforeEach(async () => {
  studio = await openHarness()
  folder = path.join(studio.double.host.resources.resources, 'privacy-policy')
  cpSync(shipped, folder, { recursive: true })
})
afterEach(() => studio.close())

const policy = async (language: 'en' | 'id' = 'en') =>
  (await studio.call('policy.get', { language })) as Policy

it.each(['en', 'id'] as const)('in %s says its own version and is what docs/ has', async (language) => {
  const { version, date, text } = await policy(language)
  const year = date.slice(0, 4)
  expect(text).toMatch(new RegExp(`^# .+\\n\\n(Version|Versi) ${version}, \\d+ \\p{L}+ ${year}`, 'u'))
  expect(text).toBe(readFileSync(path.join(root, 'docs', `privacy-policy.${language}.md`), 'utf8'))
})

it('has the same sections in both languages', () => {
  const sections = (language: string) =>
    readFileSync(path.join(shipped, `policy.${language}.md`), 'utf8').match(/^(#+|\|)/gm)
  expect(sections('id')).toEqual(sections('en'))
})

it('is new until it was seen, and again when it changed', async () => {
  const { version: now, changes } = await policy()
  expect([changes.length, changes[0]?.version]).toEqual([now, now])
  await studio.call('policy.seen', { version: now })
  await studio.stop()
  await studio.start()
  expect(await policy()).toMatchObject({ seen: now, changes: [] })
  const next = { version: now + 1, date: '2027-01-01', changes: { en: 'More.', id: 'Lagi.' } }
  const file = path.join(folder, 'versions.json')
  writeFileSync(file, JSON.stringify([...(JSON.parse(readFileSync(file, 'utf8')) as object[]), next]))
  expect(await policy('id')).toMatchObject({
    version: now + 1,
    seen: now,
    changes: [{ version: now + 1, date: '2027-01-01', text: 'Lagi.' }],
  })
})
