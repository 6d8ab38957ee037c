import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

/**
 * The arrows of docs/architecture.md: room -> what it may import. `rooms` are other rooms, `types` rooms of which
 * only types may be had, `packages` npm packages ("node" stands for Node's own modules). A new dependency is a
 * line here and a reason in docs/dependencies.md.
 */
type Allowed = { rooms?: string[]; types?: string[]; packages: string[] }

const table: Record<string, Allowed> = {
  contract: { packages: ['zod'] },
  renderer: {
    rooms: ['contract', 'resources'],
    packages: ['react', 'react-dom', '@tanstack/react-virtual', 'lucide-react', 'vite', 'zod'],
  },
  core: {
    rooms: ['contract'],
    types: ['inference'],
    packages: ['node', 'better-sqlite3', 'sharp', 'yazl', 'zod'],
  },
  inference: {
    rooms: ['contract'],
    packages: ['node', 'onnxruntime-node', 'onnxruntime-common', '@huggingface/tokenizers', 'zod'],
  },
  web: { rooms: ['contract', 'core'], packages: ['node', 'ws', 'zod'] },
  // `sanggar serve` is the web host
  cli: { rooms: ['contract', 'core', 'web'], packages: ['node'] },
  electron: { rooms: ['contract', 'core'], types: ['inference'], packages: ['node', 'electron'] },
  scripts: { packages: ['node', '@playwright/test', '@electron/fuses', 'sharp'] },
  e2e: {
    rooms: ['contract', 'scripts', 'inference'],
    packages: ['node', '@playwright/test', '@axe-core/playwright', 'sharp', 'better-sqlite3', 'ws'],
  },
}

/** What tests may have besides: other rooms to compare with, and the tools of testing. */
const forTests: Required<Allowed> = {
  rooms: ['reference'],
  types: [],
  packages: [
    'node',
    'vitest',
    'fast-check',
    'sharp',
    'onnxruntime-node',
    'ws',
    'better-sqlite3',
    'react-dom',
  ],
}

const root = path.resolve(import.meta.dirname, '..')
const isTest = (file: string) => /\.test\.tsx?$|(^|\/)(testing|test-[a-z-]+\.ts)(\/|$)/.test(file)

function sources(room: string): string[] {
  return readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|tsx|mjs)$/.test(name) && !/node_modules|(^|\/)results\//.test(name))
    .map((name) => path.posix.join(room, name.split(path.sep).join('/')))
    .sort()
}

const importPattern =
  /(?:^|\n|;)\s*(import|export)(\s+type)?\s*(?:[\w*{}\s,$]*?\sfrom\s*)?['"]([^'"\n]+)['"]|\b(import)\(\s*['"]([^'"\n]+)['"]/g

type Import = { target: string; typesOnly: boolean }

function importsOf(text: string): Import[] {
  return [...text.matchAll(importPattern)].map((match) => ({
    target: match[3] ?? match[5] ?? '',
    typesOnly: match[2] !== undefined || onlyTypes(match[0]),
  }))
}

/** `import { type A, type B } from …` leaves nothing behind either. */
function onlyTypes(statement: string): boolean {
  const names = /\{([^}]*)\}\s*from/
    .exec(statement)?.[1]
    ?.split(',')
    .map((name) => name.trim())
  return names !== undefined && names.every((name) => name === '' || name.startsWith('type '))
}

/** 'core' for a file of another room, 'npm:zod' for a package, 'npm:node' for Node's modules, '' for its own. */
function destination(file: string, target: string): string {
  if (target.startsWith('node:')) return 'npm:node'
  if (!target.startsWith('.')) {
    return `npm:${target
      .split('/')
      .slice(0, target.startsWith('@') ? 2 : 1)
      .join('/')}`
  }
  const place = path.posix.join(path.posix.dirname(file), target)
  const room = place.includes('/') ? (place.split('/')[0] ?? '') : ''
  return room === file.split('/')[0] ? '' : room
}

function violations(room: string, allowed: Allowed): string[] {
  return sources(room).flatMap((file) => {
    const extra = isTest(file) ? forTests : { rooms: [], types: [], packages: [] }
    return importsOf(readFileSync(path.join(root, file), 'utf8')).flatMap(({ target, typesOnly }) => {
      const to = destination(file, target)
      const ok = to.startsWith('npm:')
        ? [...allowed.packages, ...extra.packages].includes(to.slice(4)) ||
          (typesOnly && to === 'npm:electron')
        : to === '' ||
          [...(allowed.rooms ?? []), ...extra.rooms].includes(to) ||
          (typesOnly && [...(allowed.types ?? []), ...extra.types].includes(to))
      return ok ? [] : [`${file} -> ${target}`]
    })
  })
}

describe('arrows', () => {
  test.each(Object.entries(table))('%s imports what it may and nothing else', (room, allowed) => {
    expect(violations(room, allowed)).toEqual([])
  })

  test('the reader of imports sees every form', () => {
    // § for quotes, so that this file does not seem to import them.
    const forms = [
      'import a from §one§',
      'import type { B } from §two§',
      'import { type C,\n  type D } from §three§',
      'import §four§',
      'export { e } from §./five.ts§',
      'const f = await import(§six§)',
      'import G, { h } from §seven§',
    ]
    const text = forms.join('\n').replaceAll('§', "'")
    expect(importsOf(text)).toEqual([
      { target: 'one', typesOnly: false },
      { target: 'two', typesOnly: true },
      { target: 'three', typesOnly: true },
      { target: 'four', typesOnly: false },
      { target: './five.ts', typesOnly: false },
      { target: 'six', typesOnly: false },
      { target: 'seven', typesOnly: false },
    ])
    expect(destination('core/jobs/a.ts', '../../inference/protocol.ts')).toBe('inference')
    expect(destination('core/jobs/a.ts', '../host.ts')).toBe('')
    expect(destination('core/a.ts', '@huggingface/tokenizers/x')).toBe('npm:@huggingface/tokenizers')
  })

  test('an import that is not in the table is found', () => {
    const found = violations('web', { packages: ['node'] })
    expect(found.some((line) => line.endsWith('-> ws'))).toBe(true)
    expect(found.some((line) => line.includes('../core/'))).toBe(true)
  })

  test('every room with sources is in the table or is a workshop', () => {
    const workshops = ['bench', 'reference', 'models', 'resources', 'docs', 'out', 'release', 'node_modules']
    const rooms = readdirSync(root, { withFileTypes: true })
      .filter(
        (entry) => entry.isDirectory() && !entry.name.startsWith('.') && !workshops.includes(entry.name),
      )
      .map(({ name }) => name)
    expect(rooms.filter((room) => table[room] === undefined && sources(room).length > 0)).toEqual([])
  })
})

describe('size', () => {
  const lengths = Object.keys(table)
    .flatMap(sources)
    .filter((file) => !isTest(file))
    .map((file) => ({ file, lines: readFileSync(path.join(root, file), 'utf8').split('\n').length - 1 }))

  test('no file is longer than 400 lines', () => {
    expect(lengths.filter(({ lines }) => lines > 400)).toEqual([])
  })

  test('half of the files have at most 120', () => {
    const sorted = lengths.map(({ lines }) => lines).sort((first, second) => first - second)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(120)
  })
})

describe('dependencies', () => {
  type Manifest = { dependencies: Record<string, string>; devDependencies: Record<string, string> }
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest & {
    optionalDependencies: Record<string, string>
  }
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }

  test('every version is exact', () => {
    for (const version of Object.values(all)) expect(version).toMatch(/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+$/)
  })

  test('ONNX Runtime stays below 1.29, where its telemetry begins', () => {
    expect(all['onnxruntime-node']).toMatch(/^1\.2[0-8]\.\d+$/)
  })

  test('every package has its reason in docs/dependencies.md', () => {
    const reasons = readFileSync(path.join(root, 'docs', 'dependencies.md'), 'utf8')
    expect(Object.keys(all).filter((name) => !reasons.includes(`\`${name}\``))).toEqual([])
  })

  test('no client of a telemetry or update service is installed for the app', () => {
    expect(
      Object.keys(all).filter((name) => /sentry|posthog|mixpanel|segment|analytics|updater/.test(name)),
    ).toEqual([])
  })
})
