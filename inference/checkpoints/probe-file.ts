import { basename, dirname, join } from 'node:path'

import type { Passport } from '../../contract/model.ts'
import { damaged, withFile } from './file-bytes.ts'
import { blockFormats } from './ggml-blocks.ts'
import { bytesOf } from './folder-weights.ts'
import { readGgufHeader } from './gguf.ts'
import { readOnnxHeader } from './onnx-header.ts'
import { elementCount } from './number-format.ts'
import type { Finding, TensorTable } from './probe-finding.ts'
import { shownMetadata, triggerWordsOf } from './probe-metadata.ts'
import { recogniseOnnx } from './probe-onnx.ts'
import { partsBeside } from './parts-beside.ts'
import { passportOf } from './probe-passport.ts'
import { parameterCount, precisionOf } from './probe-precision.ts'
import { denoiserPrefixes, recogniseTensors } from './probe-table.ts'
import { isPickle } from './foreign-file.ts'
import { isShard, readSafetensorsHeader, type SafetensorsFile } from './safetensors.ts'
import { readTensorFile } from './tensor-file.ts'

function licenceOf(metadata: Record<string, string>): string | undefined {
  const licence = metadata['modelspec.license'] ?? metadata['license']
  return licence === undefined || licence === '' ? undefined : licence.slice(0, 200)
}

/** Numbers of the denoiser alone: text encoder and decoder take their turn and go. */
function denoiserSize(table: TensorTable): number {
  for (const prefix of denoiserPrefixes) {
    let count = 0
    for (const [name, { shape }] of table) if (name.startsWith(prefix)) count += elementCount(shape)
    if (count > 0) return count
  }
  return parameterCount(table)
}

/** Quantised forms with scales of their own do not run as they are. */
export function withPrecision(finding: Finding, quantised: boolean): Finding {
  return quantised && finding.obstacle === undefined
    ? { ...finding, obstacle: 'quantised-unsupported' }
    : finding
}

/** Parts that lie beside a file in folders of their own are not missing. */
async function withPartsBeside(finding: Finding, path: string): Promise<Finding> {
  if (finding.obstacle !== 'parts-missing') return finding
  const beside = await partsBeside(path)
  const missing = (finding.missing ?? []).filter((part) => !beside.includes(part))
  const { obstacle, ...whole } = finding
  return missing.length > 0 ? { ...whole, missing, obstacle } : { ...whole, missing }
}

export async function safetensorsPassport(file: SafetensorsFile): Promise<Passport> {
  const precision = precisionOf(file.tensors)
  const recognised = await withPartsBeside(recogniseTensors(file.tensors, file.metadata), file.path)
  const finding = withPrecision(recognised, precision.quantised)
  const licence = licenceOf(file.metadata)
  return passportOf(finding, {
    path: file.path,
    name: basename(file.path).replace(/(-\d{5}-of-\d{5})?\.safetensors(\.index(\.[a-z0-9]+)?\.json)?$/i, ''),
    layout: 'single-file',
    precision: precision.label,
    bytes: file.size,
    parameters: denoiserSize(file.tensors),
    triggerWords: triggerWordsOf(file.metadata),
    metadata: shownMetadata(file.metadata),
    ...(licence === undefined ? {} : { licence }),
  })
}

/** Formats of GGUF that run exactly. */
const readable = (dtype: string): boolean =>
  blockFormats[dtype] !== undefined || ['F32', 'F16', 'BF16'].includes(dtype)

async function ggufPassport(path: string): Promise<Passport> {
  const file = await readGgufHeader(path)
  const found = await withPartsBeside(recogniseTensors(file.tensors, {}), path)
  const strange = [...file.tensors.values()].some(({ dtype }) => !readable(dtype))
  const finding: Finding =
    found.kind === 'unknown'
      ? {
          ...found,
          family: file.architecture || 'unknown',
          detail: `GGUF, architecture ${file.architecture || 'unknown'}`,
        }
      : found
  return passportOf(
    // A text encoder may lie beside a denoiser; nothing else is read from GGUF.
    strange || (found.kind !== 'pipeline' && found.kind !== 'text-encoder')
      ? { ...finding, obstacle: 'gguf-unsupported' }
      : finding,
    {
      path,
      layout: 'gguf',
      precision: precisionOf(file.tensors).label,
      bytes: file.size,
      parameters: denoiserSize(file.tensors),
      metadata: Object.fromEntries(
        Object.entries(file.metadata).filter(([key]) =>
          /^general\.(name|architecture|file_type|license)$/.test(key),
        ),
      ),
    },
  )
}

async function onnxPassport(path: string, size: number): Promise<Passport> {
  const header = await readOnnxHeader(path)
  // Weights of more than 2 GB lie in files beside the graph.
  const beside = await Promise.all(header.externalFiles.map((file) => bytesOf(join(dirname(path), file))))
  return passportOf(recogniseOnnx(header), {
    path,
    layout: 'single-file',
    precision: precisionOf(header.initialisers).label,
    bytes: beside.reduce((sum, bytes) => sum + bytes, size),
    parameters: parameterCount(header.initialisers),
    metadata: shownMetadata(header.metadata),
  })
}

function other(
  path: string,
  bytes: number,
  layout: Passport['layout'],
  detail: string,
  obstacle: Finding['obstacle'],
): Passport {
  const finding: Finding = { kind: 'unknown', family: 'unknown', detail, confidence: 'certain' }
  return passportOf(obstacle === undefined ? finding : { ...finding, obstacle }, {
    path,
    layout,
    precision: 'unknown',
    bytes,
  })
}

const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)

/** A torch file is a zip whose first entries name `<archive>/data.pkl`; TorchScript adds code. */
function zipPassport(path: string, size: number, start: string): Passport {
  if (start.includes('constants.pkl') || start.includes('/code/')) {
    return other(path, size, 'pickle', 'TorchScript archive', 'torchscript-unsupported')
  }
  if (start.includes('data.pkl') || start.includes('/version') || /\.(ckpt|pt|pth|bin)$/i.test(path)) {
    return other(path, size, 'pickle', 'torch file (pickle): opening one can run anything', 'pickle-refused')
  }
  return other(path, size, 'other', 'a zip archive', 'unrecognised')
}

/** A file's passport, from its first bytes and its header; the name decides only between formats without a mark. */
export async function probeFile(path: string): Promise<Passport> {
  const { size, start } = await withFile(path, async (file, length) => {
    const bytes = new Uint8Array(Math.min(length, 2048))
    await file.read(bytes, 0, bytes.length, 0)
    return { size: length, start: bytes }
  })
  if (/\.safetensors\.index(\.[a-z0-9]+)?\.json$/i.test(path) || isShard(path)) {
    return safetensorsPassport(await readTensorFile(path))
  }
  const head = text(start)
  if (head.startsWith('GGUF')) return ggufPassport(path)
  if (head.startsWith('PK\u0003\u0004')) return zipPassport(path, size, head)
  if (head.startsWith('7767517')) return other(path, size, 'other', 'ncnn network', 'ncnn-unsupported')
  const headerStarts = start[8] === 0x7b && size > 10
  if (isPickle(start)) {
    return other(path, size, 'pickle', 'torch file (pickle): opening one can run anything', 'pickle-refused')
  }
  if (/\.(safetensors|sft)$/i.test(path) || headerStarts) {
    return safetensorsPassport(await readSafetensorsHeader(path))
  }
  if (/\.onnx$/i.test(path)) return onnxPassport(path, size)
  if (/\.(ckpt|pt|pth)$/i.test(path)) {
    return other(path, size, 'pickle', 'torch file (pickle): opening one can run anything', 'pickle-refused')
  }
  if (/\.xml$/i.test(path) && head.includes('<net ')) {
    return other(path, size, 'other', 'OpenVINO network', 'openvino-unsupported')
  }
  if (start.length === 0) throw damaged(path, 'empty', {})
  return other(path, size, 'other', 'a file of no known kind', 'unrecognised')
}
