import { expect, test } from 'vitest'
import { readListFiles } from './list-files'

const file = (name: string, content: string | Uint8Array<ArrayBuffer>) => new File([content], name)

test('text files become lists under names that a prompt can hold', async () => {
  const { lists } = await readListFiles([file('Sky Colours.txt', '\ufeffred\r\nblue')])
  expect(lists).toEqual([{ name: 'sky-colours', text: 'red\r\nblue' }])
})

test('what is no text, empty, nameless or too large is turned away', async () => {
  const read = await readListFiles([
    file('picture.txt', new Uint8Array([0x89, 0x50, 0xff, 0xfe])),
    file('nul.txt', 'a\0b'),
    file('empty.txt', '# only a remark\n'),
    file('___.txt', 'x'),
    file('long.txt', 'x\n'.repeat(150_000)),
    file('huge.txt', 'x'.repeat(900_000)),
  ])
  expect(read.lists).toEqual([])
  expect(read.bad).toEqual(['picture.txt', 'nul.txt', 'empty.txt', '___.txt'])
  expect(read.tooLarge).toEqual(['long.txt', 'huge.txt'])
})

test('escapes and marks that turn the order of letters are taken out', async () => {
  const { lists } = await readListFiles([file('a.txt', 'red\u001b[31m\u202eblue\tsky')])
  expect(lists[0]?.text).toBe('red[31mblue\tsky')
})
