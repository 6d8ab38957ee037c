// node scripts/read-fuses.mjs BINARY: fails unless the packaged app's fuses are those of electron-builder.yml.
import process from 'node:process'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'

// A fuse is one character in the binary: '0' off, '1' on.
const isOn = '1'.charCodeAt(0)
const isOff = '0'.charCodeAt(0)

const expected = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  GrantFileProtocolExtraPrivileges: false,
}

const wire = await getCurrentFuseWire(process.argv[2] ?? '')
const wrong = Object.entries(expected).filter(([name, on]) => {
  const state = wire[FuseV1Options[/** @type {keyof typeof FuseV1Options} */ (name)]]
  return Number(state) !== (on ? isOn : isOff)
})
for (const [name, on] of wrong) console.error(`fuse ${name} should be ${on ? 'on' : 'off'}`)
console.log(
  `${Object.keys(expected).length - wrong.length} of ${Object.keys(expected).length} fuses as they should be`,
)
process.exitCode = wrong.length === 0 ? 0 : 1
