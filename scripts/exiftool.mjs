// exiftool, the foreign reader that says what an exported file carries: found, or got where the system can.
import process from 'node:process'
import { command, say } from './command.mjs'

const present = async () => (await command('exiftool', ['-ver'], { capture: true })).code === 0

/** True when it is there now; otherwise says what is not checked. @returns {Promise<boolean>} */
export async function ensureExiftool() {
  if (await present()) return true
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    say('getting the system\'s package "libimage-exiftool-perl" for the tests of exported metadata …')
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    const install = ['install', '-y', '--no-install-recommends', 'libimage-exiftool-perl']
    const first = await command('apt-get', install, { capture: true, env })
    if (first.code !== 0) {
      await command('apt-get', ['update'], { capture: true, env })
      await command('apt-get', install, { capture: true, env })
    }
    if (await present()) return true
  }
  say('no exiftool: that a foreign reader finds in exports what was promised is NOT checked in this run')
  return false
}
