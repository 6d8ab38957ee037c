import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import type { Image } from '../../contract/image.ts'
import { closeDatabase, openDatabase } from '../../core/database/open-database.ts'
import { insertImage } from '../../core/library/image-rows.ts'
import { encodeThumbnail } from '../../core/library/picture-codec.ts'
import { newId } from '../../core/vault/identifier.ts'
import { itemsName, type ItemPart } from '../../core/vault/item-store.ts'
import { sealItem } from '../../core/vault/sealed-file.ts'
import { openVaultKeys } from '../../core/vault/vault-key.ts'

const subjects = ['a red boat', 'a green hill', 'a small house', 'two cats', 'a lighthouse', 'a paper crane']
const places = ['on a calm sea', 'under a wide sky', 'in a quiet street', 'beside the river', 'in the snow']
const times = ['at sunset', 'at dawn', 'in the rain', 'at night', 'in bright daylight']
const models = ['starter', 'sd15-landscapes-1c2d3e4f', 'sdxl-studio-9a8b7c6d']
const sizes = [256, 512, 768] as const
const batch = 2000
const hour = 3_600_000

/** Mulberry32, so that two runs measure the same library. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Sky, sun, hills and a sail: pictures whose thumbnails compress as real ones do and can be told apart. */
function scene(draw: () => number, width: number, height: number): Buffer {
  const hue = Math.floor(draw() * 360)
  const colour = (turn: number, light: number) => `hsl(${(hue + turn) % 360} 55% ${light}%)`
  const sun = { x: width * (0.15 + 0.7 * draw()), y: height * (0.15 + 0.3 * draw()), r: width * 0.09 }
  const hills = Array.from({ length: 3 }, (_, index) => {
    const base = height * (0.55 + 0.13 * index)
    const bend = () => base - height * 0.14 * draw()
    return `<path d="M0 ${base} C ${width * 0.3} ${bend()}, ${width * 0.6} ${bend()}, ${width} ${bend()} V ${height} H 0 Z"
      fill="${colour(30 + index * 25, 44 - index * 10)}"/>`
  })
  const sail = { x: width * (0.2 + 0.6 * draw()), y: height * 0.86 }
  const mast = height * (0.12 + 0.1 * draw())
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${colour(200, 34)}"/>
    <stop offset="1" stop-color="${colour(20, 78)}"/></linearGradient>
    <filter id="grain"><feTurbulence baseFrequency="0.7" numOctaves="2" seed="${Math.floor(draw() * 999)}"/>
    <feColorMatrix values="0 0 0 0 0.5 0 0 0 0 0.5 0 0 0 0 0.5 0 0 0 0.16 0"/></filter></defs>
    <rect width="100%" height="100%" fill="url(#sky)"/>
    <circle cx="${sun.x}" cy="${sun.y}" r="${sun.r}" fill="${colour(60, 88)}"/>${hills.join('')}
    <path d="M${sail.x} ${sail.y} v${-mast} l${mast * 0.6} ${mast} Z" fill="#fff"/>
    <path d="M${sail.x - mast * 0.4} ${sail.y} h${mast * 1.2} l${-mast * 0.25} ${mast * 0.28} h${-mast * 0.7} Z"
      fill="${colour(180, 30)}"/><rect width="100%" height="100%" filter="url(#grain)"/></svg>`)
}

/** With `small` the picture files are a quarter of what their rows say: 100,000 of them would be 13 GB otherwise. */
async function artworks(count: number, small: boolean, draw: () => number) {
  const made: { width: number; height: number; png: Buffer; thumbnail: Buffer }[] = []
  for (let index = 0; index < count; index++) {
    const side = sizes[index % sizes.length] ?? 512
    const [width, height] =
      index % 4 === 1 ? [side, side / 2] : index % 4 === 3 ? [side / 2, side] : [side, side]
    const full = await sharp(scene(draw, width, height))
      .png({ palette: true, colours: 64 })
      .toBuffer()
    const quarter = sharp(full).resize(Math.round(width / 4))
    const png = small ? await quarter.png({ palette: true, colours: 32 }).toBuffer() : full
    made.push({ width, height, png, thumbnail: await encodeThumbnail(full, 320) })
  }
  return made
}

export type SeedOptions = {
  dataDirectory: string
  pictures: number
  /** pictures that differ; the others repeat their pixels, each sealed under its own key */
  artworks?: number
  /** false: thumbnails alone, for a library that is only looked through */
  files?: boolean
  report?: (done: number) => void
}

/**
 * A library of `pictures` pictures over two years, as many sittings would have left it: every row, every word in the
 * index, every sealed file. Written without a sync per file, which is what would take hours.
 */
export async function seedLibrary(options: SeedOptions): Promise<void> {
  const { dataDirectory, pictures, files = true } = options
  const draw = seededRandom(7)
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(draw() * values.length)] as Value
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
  const keys = await openVaultKeys(dataDirectory, {})
  const database = openDatabase(dataDirectory, keys.database)
  database.pragma('synchronous=OFF')
  const art = await artworks(Math.min(options.artworks ?? 48, pictures), pictures > 2000, draw)
  const folders = new Set<string>()

  function seal(id: string, part: ItemPart, record: unknown, body: Buffer): number {
    const folder = path.join(dataDirectory, itemsName, id.slice(0, 2))
    if (!folders.has(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 })
    folders.add(folder)
    const sealed = sealItem(keys.items, `${id}.${part}`, record, body)
    writeFileSync(path.join(folder, `${id}.${part}`), sealed, { mode: 0o600 })
    return sealed.length
  }

  let time = Date.now() - pictures * 0.17 * hour
  const insert = database.transaction((from: number, to: number) => {
    for (let index = from; index < to; index++) {
      // Some dozens in one sitting, then hours or days of something else.
      time += draw() < 0.03 ? draw() * 10 * hour : 40_000 + draw() * 60_000
      const { width, height, png, thumbnail } = art[index % art.length] as (typeof art)[number]
      const image: Image = {
        id: newId(),
        origin: draw() < 0.08 ? 'edited' : draw() < 0.05 ? 'imported' : 'made',
        width,
        height,
        bytes: png.length,
        createdAt: Math.min(Math.round(time), Date.now()),
        starred: draw() < 0.06,
        title: draw() < 0.02 ? `Study ${index}` : '',
        tags: draw() < 0.1 ? [pick(['card', 'for mum', 'book', 'poster'])] : [],
        note: '',
        prompt: `${pick(subjects)} ${pick(places)} ${pick(times)}`,
        negativePrompt: '',
        model: pick(models),
        seed: String(Math.floor(draw() * 2 ** 32)),
        steps: pick([4, 20, 30]),
        guidanceScale: 4,
        scheduler: 'Euler',
        milliseconds: (width * height) / 60 + draw() * 2000,
        executionProvider: 'cpu',
        ignoredWords: [],
      }
      seal(image.id, 'thumbnail-320', null, thumbnail)
      if (files) image.bytes = seal(image.id, 'picture', { ...image, bytes: 0 }, png)
      insertImage(database, image)
    }
  })
  for (let from = 0; from < pictures; from += batch) {
    insert(from, Math.min(from + batch, pictures))
    options.report?.(Math.min(from + batch, pictures))
  }
  database.pragma('synchronous=FULL')
  closeDatabase(database)
}
