import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Model } from '../../contract/model.ts'
import { readRegularFile } from '../regular-file.ts'
import { type Vocabulary, readVocabulary } from './vocabulary.ts'

/** bytes; ours have a few kilobytes */
const manifestLimit = 1 << 20

/** What a model that ships with the app says of itself in manifest.json. */
const manifestSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  /** absent: a pipeline */
  kind: z.string().optional(),
  /** by language, or in English alone */
  licence: z.union([z.record(z.string(), z.string()), z.string().transform((en) => ({ en }))]).optional(),
  limits: z.record(z.string(), z.string()).optional(),
  /** what its pictures need to be their best */
  finish: z.object({ upscale: z.union([z.literal(2), z.literal(4)]) }).optional(),
})

type Manifest = z.output<typeof manifestSchema>

/** What a model's folder says beside its weights; others' folders say nothing. */
export type Said = { manifest: Manifest | undefined; vocabulary: Vocabulary | undefined }

type Shipped = { id: string; path: string; builtIn: true; said: Said }

/** What draws first, then what upscales and restores. */
export async function shippedModels(folder: string): Promise<Shipped[]> {
  const found: Shipped[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    const place = path.join(folder, name)
    const said = await readSaid(place)
    if (said.manifest === undefined) continue
    found.push({ id: said.manifest.id, path: place, builtIn: true, said })
  }
  const draws = ({ said }: Shipped) => Number(said.manifest?.kind === undefined)
  return found.sort((one, other) => draws(other) - draws(one) || one.id.localeCompare(other.id))
}

async function readSaid(folder: string): Promise<Said> {
  return { manifest: await readManifest(folder), vocabulary: await readVocabulary(folder) }
}

/** What a model says of itself: known of those that ship, read anew of all others. */
export async function saidBy({ path: folder, said }: { path: string; said?: Said }): Promise<Said> {
  return said ?? readSaid(folder)
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    return manifestSchema.parse(
      JSON.parse((await readRegularFile(path.join(folder, 'manifest.json'), manifestLimit)).toString()),
    )
  } catch {
    return undefined // a folder or file that is not ours: its passport says what it is
  }
}

export function finishIn(manifest: Manifest | undefined): Pick<Model, 'finish'> {
  return manifest?.finish === undefined ? {} : { finish: `upscale-${manifest.finish.upscale}x` }
}
