import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { keepUnindexed } from './keep-unindexed.ts'

it('each platform gets its own marks: an empty file, an attribute, an exclusion from snapshots', () => {
  const seen = (platform: NodeJS.Platform) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sanggar-unindexed-'))
    const ran: string[] = []
    keepUnindexed(folder, platform, (program, parameters) =>
      ran.push(
        [path.basename(program.replaceAll('\\', '/')), ...parameters].join(' ').replace(folder, 'DATA'),
      ),
    )
    const files = readdirSync(folder)
    for (const name of files) expect(readFileSync(path.join(folder, name))).toHaveLength(0)
    rmSync(folder, { recursive: true })
    return { files, ran }
  }
  expect(seen('darwin')).toEqual({ files: ['.metadata_never_index'], ran: ['tmutil addexclusion DATA'] })
  expect(seen('linux')).toEqual({ files: ['.nomedia'], ran: [] })
  expect(seen('win32')).toEqual({ files: [], ran: ['attrib.exe +I DATA'] })
  expect(() => keepUnindexed('/no/such/folder', 'linux')).not.toThrow()
})
