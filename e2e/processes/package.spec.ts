import { lstatSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { command } from '../../scripts/command.mjs'
import { root } from '../sanggar-process.ts'

test('what would be packed has all that it needs: its main process makes a picture, its fuses are as they should be', async () => {
  test.skip(process.platform !== 'linux', 'the dry run knows the layout of Linux packages alone')
  // npm lists no packages of a node_modules that is a link, and so electron-builder would pack none.
  test.skip(lstatSync(path.join(root, 'node_modules')).isSymbolicLink(), 'node_modules is a link here')
  const script = path.join(root, 'scripts', 'package.mjs')
  const { code, output } = await command(process.execPath, [script, '--dry-run'], { capture: true })
  expect(output).toContain('7 of 7 fuses as they should be')
  expect(output).toMatch(/made a picture of \d{4,} bytes/)
  expect(code).toBe(0)
})
