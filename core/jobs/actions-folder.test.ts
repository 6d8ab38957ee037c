import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readActionsFolder } from './actions-folder.ts'

let data: string
const put = (name: string, content: unknown) =>
  writeFileSync(
    path.join(data, 'actions', name),
    typeof content === 'string' ? content : JSON.stringify(content),
  )
beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'sanggar-actions-'))
  mkdirSync(path.join(data, 'actions'))
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

const action = {
  id: 'moody',
  label: 'Moody',
  does: 'restyle',
  needs: 'image-to-image',
  prompt: '{prompt}, night',
}

test('no folder is no problem', async () => {
  rmSync(path.join(data, 'actions'), { recursive: true })
  expect(await readActionsFolder(data)).toMatchObject({ actions: [], problems: [] })
})

test('a file is an action without any code', async () => {
  put('moody.json', action)
  put('read-me.txt', 'not looked at')
  const { actions, problems } = await readActionsFolder(data)
  expect(actions).toMatchObject([{ id: 'moody', icon: 'sparkles', order: 1000 }])
  expect(problems).toEqual([])
})

test('what is none is named, with its first problem, and hides no other', async () => {
  put('a.json', '{')
  put('b.json', { ...action, strength: 7 })
  put('c.json', action)
  put('d.json', { ...action, run: 'rm -rf' })
  put('e.json', 'x'.repeat(200_000))
  const { actions, problems } = await readActionsFolder(data)
  expect(actions).toHaveLength(1)
  expect(problems.map(({ file }) => file)).toEqual(['a.json', 'b.json', 'd.json', 'e.json'])
  expect(problems.map(({ problem }) => problem)).toEqual([
    'not JSON',
    expect.stringMatching(/^strength /),
    expect.stringMatching(/run/),
    'too large',
  ])
})

test('a link out of the folder is not followed', async () => {
  const outside = path.join(data, 'outside.json')
  writeFileSync(outside, JSON.stringify(action))
  symlinkSync(outside, path.join(data, 'actions', 'link.json'))
  expect(await readActionsFolder(data)).toMatchObject({ actions: [], problems: [] })
})
