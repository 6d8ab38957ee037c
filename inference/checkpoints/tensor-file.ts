import { withFile } from './file-bytes.ts'
import { readGgufHeader } from './gguf.ts'
import {
  isShard,
  readLooseShards,
  readSafetensorsHeader,
  readShardedHeader,
  type SafetensorsFile,
} from './safetensors.ts'

async function isGguf(path: string): Promise<boolean> {
  return withFile(path, async (file, size) => {
    const start = new Uint8Array(Math.min(size, 4))
    await file.read(start, 0, start.length, 0)
    return new TextDecoder().decode(start) === 'GGUF'
  })
}

/**
 * Names, shapes and places of the tensors of one checkpoint: .safetensors, its shards (by their index or any of
 * them), or .gguf.
 * Throws 'path-not-found', 'model-damaged', 'model-folder-incomplete'.
 */
export async function readTensorFile(path: string): Promise<SafetensorsFile> {
  if (/\.safetensors\.index(\.[a-z0-9]+)?\.json$/i.test(path)) return readShardedHeader(path)
  if (isShard(path)) return readLooseShards(path)
  if (!(await isGguf(path))) return readSafetensorsHeader(path)
  const { size, metadata, tensors } = await readGgufHeader(path)
  return { path, size, dataOffset: 0, metadata, tensors }
}
