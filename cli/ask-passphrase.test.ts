import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { askPassphrase } from './ask-passphrase.ts'

function keyboard() {
  const raw: boolean[] = []
  const keys = new EventEmitter()
  const input = Object.assign(keys, {
    isTTY: true as const,
    setRawMode: (on: boolean) => raw.push(on),
    resume: () => undefined,
    pause: () => undefined,
  })
  return { input: input as never, raw, type: (text: string) => keys.emit('data', Buffer.from(text)) }
}

test('what is typed is not shown, and the terminal is given back', async () => {
  const said: string[] = []
  const { input, raw, type } = keyboard()
  const answer = askPassphrase(input, (text) => said.push(text))
  type('rahasiax')
  type('\u007F é\r')
  expect(await answer).toBe('rahasia é')
  expect(said.join('')).toBe('Passphrase of the vault: \n')
  expect(raw).toEqual([true, false])
})

test('Ctrl-C answers nothing', async () => {
  const { input, type } = keyboard()
  const answer = askPassphrase(input, () => undefined)
  type('abc\u0003')
  expect(await answer).toBeUndefined()
})

test('without a terminal nobody is asked', async () => {
  expect(await askPassphrase({ isTTY: false } as never)).toBeUndefined()
})
