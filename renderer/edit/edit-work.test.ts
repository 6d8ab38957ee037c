import { expect, test } from 'vitest'
import type { Api } from '../api'
import { createStudioState } from '../state/studio'
import { noEditWork, workOnAnother } from './edit-work'
import { isWithin } from './face-frame'

const api = {
  call: async () => ({ ok: true, value: {} }),
  on: () => () => undefined,
} as unknown as Api
const dot = { kind: 'stroke', erase: false, size: 8, points: [[1, 1]] } as const
const painted = {
  ...noEditWork,
  tool: 'paint',
  mask: [dot],
  job: 'one',
  brush: { size: 40, erase: true },
} as const

function editing(picture: string) {
  const studio = createStudioState(api)
  studio.startEditing(picture)
  studio.editWork.set(painted)
  return studio
}

test('sent to Edit again, a picture keeps what was painted on it; another one starts clean', () => {
  const studio = editing('a')
  studio.startEditing('a')
  expect(studio.editWork.get()).toBe(painted)
  studio.startEditing('b')
  expect(studio.edit.get().pictures).toEqual(['b'])
  // The brush is the person's; how large it is goes by the picture.
  expect(studio.editWork.get()).toEqual({ ...noEditWork, brush: { size: 0, erase: true } })
})

test('an incognito session begins clean and gives back what was painted before', async () => {
  const studio = editing('a')
  await studio.setIncognito(true)
  expect([studio.edit.get().pictures, studio.editWork.get()]).toEqual([[], noEditWork])
  studio.startEditing('secret')
  await studio.setIncognito(false)
  expect([studio.edit.get().pictures, studio.editWork.get()]).toEqual([['a'], painted])
})

test('a locked vault leaves nothing of it in the window', async () => {
  const studio = editing('a')
  await studio.setIncognito(true)
  studio.forgetShown()
  await studio.setIncognito(false)
  expect(studio.editWork.get()).toBe(noEditWork)
})

test('the restoring that is set stays for the next picture', () => {
  const wishes = { strength: 0.5, noise: 'on', jpeg: 'auto', colour: 'off' } as const
  const restoring = { open: true, shows: false, wishes, centre: { x: 0.5, y: 0.5 } }
  expect(workOnAnother({ ...painted, restoring }).restoring).toEqual({ ...restoring, shows: true })
})

test('a square around a face that is not in this picture is none', () => {
  const size = { width: 100, height: 50 }
  expect(isWithin({ left: 50, top: 0, size: 50 }, size)).toBe(true)
  expect(isWithin({ left: 60, top: 0, size: 50 }, size)).toBe(false)
  expect(isWithin({ left: 0, top: 10, size: 50 }, size)).toBe(false)
})
