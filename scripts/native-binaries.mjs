// Which native binaries a package for one platform and processor does not need. onnxruntime-node carries those of
// every platform (260 MB), better-sqlite3 eight.
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'

/** @param {string} folder */
const list = (folder) => (existsSync(folder) ? readdirSync(folder) : [])

/**
 * Folders and files to remove, relative to `modules` (a node_modules folder).
 * @param {string} modules
 * @param {'darwin' | 'linux' | 'win32'} platform
 * @param {'x64' | 'arm64'} arch
 */
export function unneededBinaries(modules, platform, arch) {
  const unneeded = []
  const runtime = path.join('onnxruntime-node', 'bin')
  for (const napi of list(path.join(modules, runtime))) {
    for (const system of list(path.join(modules, runtime, napi))) {
      for (const processor of list(path.join(modules, runtime, napi, system))) {
        const wanted = system === platform && processor === arch
        if (!wanted) unneeded.push(path.join(runtime, napi, system, processor))
      }
    }
  }
  for (const file of list(path.join(modules, 'better-sqlite3', 'prebuilds'))) {
    if (file !== `${platform}-${arch}.node`) unneeded.push(path.join('better-sqlite3', 'prebuilds', file))
  }
  for (const name of list(path.join(modules, '@img'))) {
    const ofPlatform =
      /^sharp-(libvips-)?((darwin|linux|linuxmusl|win32|freebsd|wasm32|webcontainers).*)$/.exec(name)
    if (ofPlatform !== null && ofPlatform[2] !== `${platform}-${arch}`) unneeded.push(path.join('@img', name))
  }
  return unneeded
}

/**
 * What must be there for the app to start, relative to `modules`; each missing one is returned.
 * @param {string} modules
 * @param {'darwin' | 'linux' | 'win32'} platform
 * @param {'x64' | 'arm64'} arch
 */
export function missingBinaries(modules, platform, arch) {
  return [
    path.join('onnxruntime-node', 'bin', 'napi-v6', platform, arch, 'onnxruntime_binding.node'),
    path.join('better-sqlite3', 'prebuilds', `${platform}-${arch}.node`),
    path.join('@img', `sharp-${platform}-${arch}`),
  ].filter((name) => !existsSync(path.join(modules, name)))
}
