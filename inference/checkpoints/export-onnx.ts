import { cp, mkdir, open, readdir, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

import { SanggarError } from '../../contract/errors.ts'
import type { BuiltGraph } from '../graph/graph.ts'
import { encodeModel, type TensorProto } from '../graph/onnx.ts'
import { openSession } from '../session.ts'
import type { Checkpoint, TokenizerPlace } from './checkpoint.ts'
import { readBytes, withFile } from './file-bytes.ts'

const dataName = 'model.onnx_data'
/** Memory mapping wants tensors that begin at a page. */
const page = 4096
const piece = 1 << 26

async function copyRange(
  from: string,
  begin: number,
  length: number,
  to: FileHandle,
  at: number,
): Promise<void> {
  await withFile(from, async (file) => {
    for (let done = 0; done < length; done += piece) {
      const bytes = new Uint8Array(await readBytes(file, from, begin + done, Math.min(piece, length - done)))
      await to.write(bytes, 0, bytes.length, at + done)
    }
  })
}

/** model.onnx with its weights beside it, in the precision that the checkpoint has. */
async function writeGraph(graph: BuiltGraph, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const data = await open(join(folder, dataName), 'wx')
  let end = 0
  try {
    const initialisers: TensorProto[] = []
    for (const tensor of graph.model.initialisers) {
      if ('data' in tensor) {
        initialisers.push(tensor)
        continue
      }
      const offset = Math.ceil(end / page) * page
      const source = join(graph.folder ?? '', ...tensor.location.split('/'))
      await copyRange(source, tensor.offset, tensor.length, data, offset)
      initialisers.push({ ...tensor, location: dataName, offset })
      end = offset + tensor.length
    }
    await data.sync()
    await writeFile(join(folder, 'model.onnx'), encodeModel({ ...graph.model, initialisers }))
  } finally {
    await data.close()
  }
}

async function writeTokenizer({ folder, padToken }: TokenizerPlace, target: string): Promise<void> {
  await mkdir(target, { recursive: true })
  const names = await readdir(folder)
  for (const name of names.filter((file) => /\.(json|txt|jinja|model)$/.test(file))) {
    await cp(join(folder, name), join(target, name), { dereference: true })
  }
  // The bundled vocabulary says nothing about padding; other programs read it from here.
  if (!names.includes('tokenizer_config.json')) {
    const end = '<|endoftext|>'
    const config = {
      tokenizer_class: 'CLIPTokenizer',
      model_max_length: 77,
      bos_token: '<|startoftext|>',
      eos_token: end,
      unk_token: end,
      pad_token: padToken ?? end,
    }
    await writeFile(join(target, 'tokenizer_config.json'), JSON.stringify(config, undefined, 2))
  }
}

/** As diffusers lists the parts of an ONNX pipeline. */
function indexOf({ modelIndex, graphs, tokenizers }: Checkpoint): Record<string, unknown> {
  const settings = Object.entries(modelIndex).filter(([, value]) => typeof value !== 'object')
  const parts = graphs.map((name) => [name, ['diffusers', 'OnnxRuntimeModel']])
  const words = Object.keys(tokenizers).map((name) => [
    name,
    modelIndex[name] ?? ['transformers', 'CLIPTokenizer'],
  ])
  return Object.fromEntries([...settings, ...parts, ...words])
}

/**
 * A loaded checkpoint as an ONNX folder in optimum's layout, adapters and precision as they are (adapters' strengths
 * stay inputs). Every graph has been opened again when this returns. The folder gets its name when it is complete.
 * Throws 'already-exists', 'disk-full', 'path-not-writable', and what opening throws.
 */
export async function exportOnnx(
  checkpoint: Checkpoint,
  folder: string,
  onGraph: (name: string) => void = () => undefined,
): Promise<void> {
  if ((await stat(folder).catch(() => undefined)) !== undefined) {
    throw new SanggarError({ code: 'already-exists', path: folder })
  }
  const partial = `${folder}.${process.pid}.partial`
  try {
    for (const name of checkpoint.graphs) {
      onGraph(name)
      await writeGraph(checkpoint.graph(name), join(partial, name))
      const network =
        checkpoint.networks.get(name) ?? checkpoint.networks.get(name.replace(/_(en|de)coder$/, ''))
      await writeFile(join(partial, name, 'config.json'), JSON.stringify(network?.config ?? {}, undefined, 2))
    }
    for (const [name, place] of Object.entries(checkpoint.tokenizers))
      await writeTokenizer(place, join(partial, name))
    await mkdir(join(partial, 'scheduler'), { recursive: true })
    const scheduler = JSON.stringify(checkpoint.configs['scheduler'] ?? {}, undefined, 2)
    await writeFile(join(partial, 'scheduler', 'scheduler_config.json'), scheduler)
    await writeFile(join(partial, 'model_index.json'), JSON.stringify(indexOf(checkpoint), undefined, 2))
    for (const name of checkpoint.graphs) {
      const source = { kind: 'file', path: join(partial, name, 'model.onnx') } as const
      await (await openSession(source, { executionProvider: 'cpu', threads: 1, stage: name })).release()
    }
    await rename(partial, folder)
  } catch (cause) {
    await rm(partial, { recursive: true, force: true })
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOSPC') throw new SanggarError({ code: 'disk-full', path: folder }, { cause })
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
      throw new SanggarError({ code: 'path-not-writable', path: folder }, { cause })
    }
    throw cause
  }
}
