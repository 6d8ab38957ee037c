// electron-builder calls this with the packed app before it signs and wraps it: other platforms' binaries go out.
import { existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { missingBinaries, unneededBinaries } from './native-binaries.mjs'

// electron-builder's enum Arch: the names stand at these places
const archNames = ['ia32', 'x64', 'armv7l', 'arm64', 'universal']

/**
 * @param {{ appOutDir: string, electronPlatformName: string, arch: number,
 *   packager: { appInfo: { productFilename: string } } }} context
 */
export default async function afterPack({ appOutDir, electronPlatformName, arch, packager }) {
  const platform = electronPlatformName === 'mas' ? 'darwin' : electronPlatformName
  const processor = archNames[arch]
  if (platform !== 'darwin' && platform !== 'linux' && platform !== 'win32')
    throw new Error(`unknown: ${platform}`)
  if (processor !== 'x64' && processor !== 'arm64') throw new Error(`no binaries for ${processor}`)
  const resources =
    platform === 'darwin'
      ? path.join(appOutDir, `${packager.appInfo.productFilename}.app`, 'Contents', 'Resources')
      : path.join(appOutDir, 'resources')
  const modules = path.join(resources, 'app.asar.unpacked', 'node_modules')
  if (!existsSync(modules)) throw new Error(`no unpacked native modules in ${resources}`)
  for (const name of unneededBinaries(modules, platform, processor)) {
    rmSync(path.join(modules, name), { recursive: true })
  }
  const missing = missingBinaries(modules, platform, processor)
  if (missing.length > 0) throw new Error(`the package would not start: ${missing.join(', ')} missing`)
}
