import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unwrapSecret, wrapSecret } from './passphrase.ts'
import { changePassphrase, openVaultKeys } from './vault-key.ts'

describe('a vault under a passphrase', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sanggar-vault-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const file = (name: string) => path.join(folder, name)

  it('opens with the passphrase, however it was composed, and with nothing else', async () => {
    const secret = randomBytes(32)
    const wrapped = await wrapSecret(secret, 'caf\u00e9 merah')
    expect(await unwrapSecret(wrapped, 'cafe\u0301 merah')).toEqual(secret)
    expect(await unwrapSecret(wrapped, 'cafe merah')).toBeUndefined()
    const altered = Buffer.from(wrapped.sealed, 'base64')
    altered[3] = (altered[3] as number) ^ 1
    expect(
      await unwrapSecret({ ...wrapped, sealed: altered.toString('base64') }, 'caf\u00e9 merah'),
    ).toBeUndefined()
  })

  it('keeps the same keys through every way of keeping them', async () => {
    const first = await openVaultKeys(folder, {})
    expect(first.keptIn).toBe('key-file')
    expect(await changePassphrase(folder, {}, 'one')).toBe('passphrase')
    expect(existsSync(file('vault.key'))).toBe(false)
    await expect(openVaultKeys(folder, {})).rejects.toMatchObject({ failure: { code: 'vault-locked' } })
    await expect(openVaultKeys(folder, { passphrase: 'two' })).rejects.toMatchObject({
      failure: { code: 'vault-passphrase-wrong' },
    })
    await changePassphrase(folder, { passphrase: 'one' }, 'two')
    const second = await openVaultKeys(folder, { passphrase: 'two' })
    expect(second.items).toEqual(first.items)
    expect(second.database).toEqual(first.database)
    await changePassphrase(folder, { passphrase: 'two' }, null)
    expect((await openVaultKeys(folder, {})).items).toEqual(first.items)
  })

  it('closes the back door that a crash after setting the passphrase leaves', async () => {
    await openVaultKeys(folder, {})
    const key = readFileSync(file('vault.key'))
    await changePassphrase(folder, {}, 'one')
    writeFileSync(file('vault.key'), key)
    await openVaultKeys(folder, { passphrase: 'one' })
    expect(existsSync(file('vault.key'))).toBe(false)
  })

  it('refuses a description that asks for absurd parameters or another format', async () => {
    await openVaultKeys(folder, {})
    await changePassphrase(folder, {}, 'one')
    const { sum, check, ...description } = JSON.parse(readFileSync(file('vault.json')).toString()) as {
      sum: string
      check: string
      wrapped: object
    }
    expect([sum.length, check.length]).toEqual([64, 32])
    const write = (changed: object) => writeFileSync(file('vault.json'), JSON.stringify(changed))
    for (const changed of [
      { ...description, format: 0 },
      { ...description, wrapped: { ...description.wrapped, cost: 2 ** 40 } },
      {},
    ]) {
      write(changed)
      await expect(openVaultKeys(folder, { passphrase: 'one' })).rejects.toMatchObject({
        failure: { code: 'library-damaged' },
      })
    }
    write(description)
    await openVaultKeys(folder, { passphrase: 'one' })
  })
})
