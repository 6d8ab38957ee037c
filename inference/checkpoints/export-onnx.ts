import { cp, mkdir, open, readdir, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

import { SanggarError } from '../../contract/errors.ts'
import type { BuiltGraph } from '../graph/graph.ts'
import { encodeModel, type TensorProto } from '../graph/onnx.ts'
import { threadCount } from '../environment.ts'
import { calibrationFeeds } from '../precision/calibration-feeds.ts'
import { relativeError } from '../precision/relative-error.ts'
import { openSession } from '../session.ts'
import type { Tensor } from '../tensor.ts'
import type { Checkpoint, TokenizerPlace } from './checkpoint.ts'
import { readBytes, withFile } from './file-bytes.ts'

const dataName = 'model.onnx_data'
/** Memory mapping wants tensors that begin at a page. */
const page = 4096
const piece = 1 << 26

/** Called after each piece that was written; may throw to end it. */
type OnPiece = () => Promise<void>

async function copyRange(
  from: string,
  begin: number,
  length: number,
  to: FileHandle,
  at: number,
  onPiece: OnPiece,
): Promise<void> {
  await withFile(from, async (file) => {
    for (let done = 0; done < length; done += piece) {
      await onPiece()
      const bytes = new Uint8Array(await readBytes(file, from, begin + done, Math.min(piece, length - done)))
      await to.write(bytes, 0, bytes.length, at + done)
    }
  })
}

/** model.onnx with its weights beside it, in the precision that the checkpoint has. */
async function writeGraph(graph: BuiltGraph, folder: string, onTensor: OnPiece): Promise<void> {
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
      await copyRange(source, tensor.offset, tensor.length, data, offset, onTensor)
      initialisers.push({ ...tensor, location: dataName, offset })
      end = offset + tensor.length
    }
    await data.sync()
    await writeFile(join(folder, 'model.onnx'), encodeModel({ ...graph.model, initialisers }))
  } finally {
    await data.close()
  }
}

/** How often `writeGraph` reports. */
function piecesOf({ model }: BuiltGraph): number {
  const lengths = model.initialisers.map((tensor) => ('data' in tensor ? 0 : tensor.length))
  return lengths.reduce((sum, length) => sum + Math.ceil(length / piece), 0)
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
 * Both graphs, run once on the same numbers, must answer the same. The exported one is opened as any program would.
 * Throws 'inference-failed' where they do not.
 */
async function verify(graph: BuiltGraph, exported: string, stage: string): Promise<void> {
  const feeds = calibrationFeeds(graph.inputs)
  const answers: Record<string, Tensor>[] = []
  for (const source of [graph, { kind: 'file', path: exported } as const]) {
    const session = await openSession(source, { executionProvider: 'cpu', threads: threadCount(0), stage })
    try {
      answers.push(await session.run(feeds))
    } finally {
      await session.release()
    }
  }
  for (const { name } of graph.outputs) {
    const [own, again] = answers.map((answer) => answer[name]?.data ?? new Float32Array())
    const error = relativeError(again ?? new Float32Array(), own ?? new Float32Array())
    if (error > 1e-5) throw new SanggarError({ code: 'inference-failed', stage, detail: `${name} ${error}` })
  }
}

export type ExportOptions = {
  /** of so many pieces (tensors, then graphs that are checked) so many are done; may throw to end it */
  onPiece?: (done: number, of: number) => Promise<void>
}

/**
 * A loaded checkpoint as an ONNX folder in optimum's layout, adapters and precision as they are (adapters' strengths
 * stay inputs). Every graph has been opened again and has answered as the checkpoint's own when this returns. The
 * folder gets its name when it is complete. Throws 'already-exists', 'disk-full', 'path-not-writable',
 * 'model-folder-incomplete' where there is nothing to export, and what opening throws.
 */
export async function exportOnnx(
  checkpoint: Checkpoint,
  folder: string,
  { onPiece = () => Promise.resolve() }: ExportOptions = {},
): Promise<void> {
  const { graphs, path } = checkpoint
  if (graphs.length === 0)
    throw new SanggarError({ code: 'model-folder-incomplete', path, missing: '.safetensors' })
  if ((await stat(folder).catch(() => undefined)) !== undefined) {
    throw new SanggarError({ code: 'already-exists', path: folder })
  }
  const partial = `${folder}.${process.pid}.partial`
  try {
    const tensors = graphs.map((name) => piecesOf(checkpoint.graph(name)))
    const total = tensors.reduce((sum, count) => sum + count, graphs.length)
    let done = 0
    const next = () => onPiece(done++, total)
    for (const name of graphs) {
      await writeGraph(checkpoint.graph(name), join(partial, name), next)
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
    for (const name of graphs) {
      await next()
      await verify(checkpoint.graph(name), join(partial, name, 'model.onnx'), name)
    }
    await onPiece(total, total)
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
