import { existsSync } from 'node:fs'
import { type Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Connection } from '../database/open-database.ts'

/** Files that may be models. What they are is said by their passport, not by their name. */
const modelFile = /\.(safetensors|onnx|gguf|ckpt|pt|pth)$/i
/** Of a model in several files the first stands for all. */
const furtherShard = /-(?!00001)\d{5}-of-\d{5}\./
/** A folder with one of these is a model itself, not a folder of models. */
const folderMarks = ['model_index.json', 'manifest.json']
const partFolders = ['unet', 'transformer', 'text_encoder', 'vae_decoder']
const deepest = 3
const most = 500
/** milliseconds that a look at a folder is good for: many questions in a row are one look */
const freshFor = 5000

export function rootPaths(database: Connection): string[] {
  return database.prepare('SELECT path FROM model_roots ORDER BY added_at, path').pluck().all() as string[]
}

export function addRoot(database: Connection, root: string): void {
  database.prepare('INSERT OR IGNORE INTO model_roots VALUES (?, ?)').run(root, Date.now())
}

export function removeRoot(database: Connection, root: string): boolean {
  return database.prepare('DELETE FROM model_roots WHERE path = ?').run(root).changes > 0
}

/**
 * Files and folders below `root` that may be models, by name alone and without following links. A folder that cannot
 * be read is a folder without models.
 */
export async function modelsBelow(root: string): Promise<string[]> {
  const found: string[] = []
  const visit = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => [])
    const names = new Set(entries.map(({ name }) => name))
    const whole = folderMarks.some((mark) => names.has(mark)) || partFolders.some((part) => names.has(part))
    if (whole && folder !== root) {
      found.push(folder)
      return
    }
    for (const entry of entries.sort((one, other) => one.name.localeCompare(other.name))) {
      if (found.length >= most || entry.name.startsWith('.')) continue
      const place = path.join(folder, entry.name)
      if (entry.isFile() && modelFile.test(entry.name) && !furtherShard.test(entry.name)) found.push(place)
      else if (entry.isDirectory() && depth < deepest) await visit(place, depth + 1)
    }
  }
  await visit(root, 0)
  return found
}

/** Looks into folders, not more often than makes a difference. */
export function createRootScanner(database: Connection) {
  const looks = new Map<string, { at: number; found: Promise<string[]> }>()

  /** With a folder that is away, what was known of it: its models are missing, not forgotten. */
  function below(root: string): Promise<string[]> {
    if (!existsSync(root)) {
      looks.delete(root)
      return Promise.resolve(rememberedBelow(database, root))
    }
    const last = looks.get(root)
    if (last !== undefined && Date.now() - last.at < freshFor) return last.found
    const found = modelsBelow(root)
    looks.set(root, { at: Date.now(), found })
    return found
  }

  return { below, forget: () => looks.clear() }
}

function rememberedBelow(database: Connection, root: string): string[] {
  const paths = database
    .prepare('SELECT path FROM model_descriptions ORDER BY path')
    .pluck()
    .all() as string[]
  return paths.filter((place) => place.startsWith(root + path.sep))
}
