import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import afterPack from './after-pack.mjs'
import { missingBinaries, unneededBinaries } from './native-binaries.mjs'

const root = path.resolve(import.meta.dirname, '..')
const modules = path.join(root, 'node_modules')

type Configuration = {
  electronFuses: Record<string, boolean>
  files: unknown
  extraResources: { from: string; to: string }[]
  asar: boolean
  afterPack: string
  fileAssociations: { ext: string }[]
  win: object
  mac: { entitlements: string; fileAssociations: object[] }
  linux: { mimeTypes: string[] }
}
type ConfigTools = {
  getConfig(folder: string, file: string, options: null): Promise<Configuration>
  validateConfiguration(config: Configuration, log: unknown): Promise<void>
}
const requireFromBuilder = createRequire(path.join(modules, 'electron-builder', 'package.json'))
const { getConfig, validateConfiguration } = requireFromBuilder(
  'app-builder-lib/out/util/config/config.js',
) as ConfigTools
const { DebugLogger } = requireFromBuilder('builder-util') as {
  DebugLogger: new (enabled: boolean) => unknown
}

let folder: string
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'sanggar-pack-'))))
afterEach(() => rmSync(folder, { recursive: true }))

test('electron-builder accepts the configuration, and every file that it names is there', async () => {
  const config = await getConfig(root, 'electron-builder.yml', null)
  await validateConfiguration(config, new DebugLogger(false))
  expect(config.asar).toBe(true)
  for (const file of [
    config.afterPack,
    config.mac.entitlements,
    ...config.extraResources.map(({ from }) => from),
  ]) {
    expect(existsSync(path.join(root, file))).toBe(true)
  }
})

test('the fuses that open doors are off, those that close doors are on', async () => {
  const { electronFuses } = await getConfig(root, 'electron-builder.yml', null)
  expect(electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  })
})

test('the fuses that the workflow reads back are the same', async () => {
  const { electronFuses } = await getConfig(root, 'electron-builder.yml', null)
  const script = readFileSync(path.join(root, 'scripts', 'read-fuses.mjs'), 'utf8')
  for (const [name, on] of Object.entries(electronFuses)) {
    expect(script).toContain(`${name.charAt(0).toUpperCase()}${name.slice(1)}: ${on}`)
  }
})

/** The names of all native files of the installed packages, as empty files: the layout without the 300 MB. */
function skeleton(to: string, also: string[] = []): void {
  for (const name of ['onnxruntime-node/bin', 'better-sqlite3/prebuilds']) {
    for (const file of readdirSync(path.join(modules, name), { recursive: true, encoding: 'utf8' })) {
      if (!/\.(node|so|dylib|dll)(\.|$)/.test(file)) continue
      mkdirSync(path.dirname(path.join(to, name, file)), { recursive: true })
      writeFileSync(path.join(to, name, file), '')
    }
  }
  for (const name of also) mkdirSync(path.join(to, '@img', name), { recursive: true })
}

const images = [
  'colour',
  'sharp-linux-x64',
  'sharp-libvips-linux-x64',
  'sharp-linuxmusl-x64',
  'sharp-darwin-arm64',
]

test.each([
  ['linux', 'x64'],
  ['linux', 'arm64'],
  ['darwin', 'arm64'],
  ['win32', 'x64'],
] as const)('%s-%s keeps its own binaries and no others', (platform, arch) => {
  skeleton(folder, images)
  const unneeded = unneededBinaries(folder, platform, arch)
  for (const name of unneeded) rmSync(path.join(folder, name), { recursive: true })
  const left = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const runtime = left.filter((name) => name.endsWith('onnxruntime_binding.node'))
  expect(runtime).toEqual([
    path.join('onnxruntime-node', 'bin', 'napi-v6', platform, arch, 'onnxruntime_binding.node'),
  ])
  const database = left.filter((name) => name.endsWith('.node') && name.startsWith('better-sqlite3'))
  expect(database).toEqual([path.join('better-sqlite3', 'prebuilds', `${platform}-${arch}.node`)])
  expect(left).toContain(path.join('@img', 'colour'))
  const expectedImages = images.filter((name) => name === 'colour' || name.endsWith(`-${platform}-${arch}`))
  expect(readdirSync(path.join(folder, '@img')).sort()).toEqual(expectedImages.sort())
})

test('a dry run of afterPack leaves a package that starts, and refuses one that would not', async () => {
  const resources = path.join(folder, 'resources', 'app.asar.unpacked', 'node_modules')
  skeleton(resources, images)
  const context = {
    appOutDir: folder,
    electronPlatformName: 'linux',
    arch: 1,
    packager: { appInfo: { productFilename: 'Sanggar' } },
  }
  await afterPack(context)
  expect(missingBinaries(resources, 'linux', 'x64')).toEqual([])
  expect(existsSync(path.join(resources, '@img', 'sharp-darwin-arm64'))).toBe(false)
  await expect(afterPack({ ...context, arch: 3 })).rejects.toThrow('would not start')
  await expect(afterPack({ ...context, arch: 0 })).rejects.toThrow('no binaries for ia32')
})

test('macOS packages lie one level deeper', async () => {
  const inside = path.join(
    folder,
    'Sanggar.app',
    'Contents',
    'Resources',
    'app.asar.unpacked',
    'node_modules',
  )
  skeleton(inside, images)
  await afterPack({
    appOutDir: folder,
    electronPlatformName: 'darwin',
    arch: 3,
    packager: { appInfo: { productFilename: 'Sanggar' } },
  })
  expect(readdirSync(path.join(inside, 'better-sqlite3', 'prebuilds'))).toEqual(['darwin-arm64.node'])
})

type Workflow = {
  on: unknown
  jobs: Record<
    string,
    {
      'runs-on': string
      strategy: { matrix: { os?: string[]; include?: { os: string }[] } }
      steps: { run?: string; uses?: string }[]
    }
  >
}

test('the workflows test and pack on three systems, in Electron too, and read the fuses back', () => {
  const { load } = requireFromBuilder('js-yaml') as { load(text: string): Workflow }
  const workflow = (name: string) =>
    load(readFileSync(path.join(root, '.github', 'workflows', `${name}.yml`), 'utf8'))
  const systems = ['macos-latest', 'ubuntu-latest', 'windows-latest']
  const jobs = Object.values({ ...workflow('test').jobs, ...workflow('package').jobs })
  expect(jobs).toHaveLength(3)
  for (const { strategy, steps, ...job } of jobs) {
    const { os: named, include = [] } = strategy.matrix
    expect((named ?? include.map(({ os: system }) => system)).toSorted()).toEqual(systems)
    expect(job['runs-on']).toBe('${{ matrix.os }}')
    for (const step of steps) expect(step.run ?? step.uses).toBeTypeOf('string')
    // Every script that a step runs is one of ours.
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    for (const [, script] of steps.flatMap(({ run = '' }) => [...run.matchAll(/npm run ([\w:]+)/g)]))
      expect(scripts).toHaveProperty([script ?? ''])
  }
  const run = (name: string) => JSON.stringify(workflow(name))
  expect(run('package')).toContain('scripts/read-fuses.mjs')
  expect(run('test')).toContain('--project=electron')
})

test('files of ours open with the app, and no picture viewer is pushed out', async () => {
  const config = await getConfig(root, 'electron-builder.yml', null)
  expect(config.fileAssociations.map(({ ext }) => ext)).toEqual(['sanggarbackup', 'safetensors'])
  expect(config.win).not.toHaveProperty('fileAssociations')
  expect(config.mac.fileAssociations).toMatchObject([{ rank: 'Alternate', role: 'Viewer' }])
  expect(config.linux.mimeTypes).toContain('image/png')
})

test('the packages that the app loads are dependencies, the interface is bundled', () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>
  for (const name of ['onnxruntime-node', 'better-sqlite3', 'sharp', 'zod'])
    expect(dependencies).toHaveProperty(name)
  for (const name of ['react', 'electron', 'vite']) expect(devDependencies).toHaveProperty(name)
})
