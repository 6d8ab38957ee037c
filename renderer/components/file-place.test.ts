import { expect, test } from 'vitest'
import { fileIn, isFileName, localDate } from './file-place'

test.each([
  ['/mnt/usb', '/mnt/usb/a.b'],
  ['/mnt/usb/', '/mnt/usb/a.b'],
  ['/', '/a.b'],
  ['C:\\Users\\me', 'C:\\Users\\me\\a.b'],
  ['D:\\', 'D:\\a.b'],
])('a file in %s', (folder, file) => expect(fileIn(folder, 'a.b')).toBe(file))

test('names are names, not ways out of the folder', () => {
  expect(['a', ' a b.c ', '.hidden'].every(isFileName)).toBe(true)
  expect(['', ' ', '.', '..', 'a/b', 'a\\b'].some(isFileName)).toBe(false)
})

test('a day as files are named by it', () => expect(localDate(new Date(2026, 0, 5, 23))).toBe('2026-01-05'))
