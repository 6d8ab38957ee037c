import path from 'node:path'
import { expect, test } from 'vitest'
import { dataDirectory } from './data-directory.ts'

const linux = { platform: 'linux' as const, env: {}, home: '/home/ayu' }

test('each platform has its own place', () => {
  expect(dataDirectory(undefined, linux)).toBe('/home/ayu/.local/share/sanggar')
  expect(dataDirectory(undefined, { ...linux, platform: 'darwin', home: '/Users/ayu' })).toBe(
    '/Users/ayu/Library/Application Support/Sanggar',
  )
  expect(dataDirectory(undefined, { ...linux, platform: 'win32', env: { APPDATA: '/roaming' } })).toBe(
    path.join('/roaming', 'Sanggar'),
  )
})

test('XDG_DATA_HOME counts where it is absolute', () => {
  expect(dataDirectory(undefined, { ...linux, env: { XDG_DATA_HOME: '/big/disk' } })).toBe(
    '/big/disk/sanggar',
  )
  expect(dataDirectory(undefined, { ...linux, env: { XDG_DATA_HOME: 'relative' } })).toBe(
    '/home/ayu/.local/share/sanggar',
  )
})

test('--data goes before SANGGAR_DATA, and that before the convention', () => {
  const env = { SANGGAR_DATA: '/from/environment', XDG_DATA_HOME: '/big/disk' }
  expect(dataDirectory('/asked', { ...linux, env })).toBe('/asked')
  expect(dataDirectory(undefined, { ...linux, env })).toBe('/from/environment')
  expect(path.isAbsolute(dataDirectory('relative/folder', linux))).toBe(true)
})
