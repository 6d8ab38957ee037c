import { expect, test } from 'vitest'
import type { Capability, Model } from '../../contract/model.ts'
import { smallestTask } from './test-load.ts'

const limits = { minimum: 64, defaultWidth: 512, defaultHeight: 384 }
const model = (...capabilities: Capability[]) =>
  ({ id: 'm', passport: { path: '/m', capabilities }, limits }) as unknown as Model

test('what only repaints is given a picture and a mask of its size', () => {
  const size = { width: 256, height: 256 }
  const task = smallestTask(model('inpaint'))
  expect(task).toMatchObject({ kind: 'generate', steps: 1, ...size, image: size, mask: size })
  expect(smallestTask(model('text-to-image', 'inpaint'))).not.toHaveProperty('image')
})

test('what does nothing by itself cannot be tried', () => {
  expect(() => smallestTask(model())).toThrow('capability-missing')
})
