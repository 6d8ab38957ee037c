import path from 'node:path'

/** Folders that say how a model is stored and not which one it is; the last is a snapshot's in a cache of Hugging Face. */
const says = /^(?:diffusers|onnx|models?|snapshots|(?:fp|bf)16|fp32|int8|main|[0-9a-f]{40})$/i
const cached = /^models--(?:.+--)?(.+)$/

/** A model's name where nothing but its path tells it: that of the file, or of the first folder that is a name. */
export function nameOfPath(target: string): string {
  const { name, dir, root } = path.parse(target)
  for (let folder = path.join(dir, name); folder !== root && folder !== ''; folder = path.dirname(folder)) {
    const part = path.basename(folder)
    if (part === '') break
    if (!says.test(part)) return cached.exec(part)?.[1] ?? part
  }
  return name
}
