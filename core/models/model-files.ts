import { lstat, readdir, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'

/** What models are made of. Everything else in their folder is somebody's own and stays. */
const partOfModel =
  /(\.(safetensors|onnx|onnx_data(_\d+)?|data|gguf|ckpt|pt|pth|pb|bin|json|jsonl|txt|md|model|spm|ort)|^(LICENSE|NOTICE|merges|vocab)(\.\w+)?)$/i

export type ModelFiles = { files: string[]; bytes: number; /** names of what stays */ others: string[] }

/** The files of a model: the one file, or those below its folder; links are neither followed nor taken. */
export async function filesOfModel(target: string): Promise<ModelFiles> {
  const found: ModelFiles = { files: [], bytes: 0, others: [] }
  const take = async (place: string): Promise<void> => {
    const about = await lstat(place)
    if (about.isDirectory()) {
      for (const name of (await readdir(place)).sort()) await take(path.join(place, name))
    } else if (about.isFile() && (place === target || partOfModel.test(path.basename(place)))) {
      found.files.push(place)
      found.bytes += about.size
    } else found.others.push(path.relative(target, place))
  }
  await take(target)
  return found
}

/** The files go, then the folders that are empty without them. Gives what was removed. */
export async function eraseModelFiles(target: string): Promise<ModelFiles> {
  const found = await filesOfModel(target)
  for (const file of found.files) await rm(file)
  await removeEmpty(target)
  return found
}

async function removeEmpty(folder: string): Promise<void> {
  const about = await lstat(folder).catch(() => undefined)
  if (about?.isDirectory() !== true) return
  for (const name of await readdir(folder)) await removeEmpty(path.join(folder, name))
  if ((await readdir(folder)).length === 0) await rmdir(folder)
}
