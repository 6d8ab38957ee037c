import { expect, test } from 'vitest'
import { openCommand } from './open-browser.ts'

test('each platform opens the address its own way', () => {
  const url = 'http://s0.localhost:1/?token=a&b'
  expect(openCommand(url, 'linux')).toEqual(['xdg-open', [url]])
  expect(openCommand(url, 'darwin')).toEqual(['open', [url]])
  expect(openCommand(url, 'win32')).toEqual(['cmd', ['/c', 'start', '', 'http://s0.localhost:1/?token=a^&b']])
})
