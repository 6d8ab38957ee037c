import { basename } from 'node:path'

import { SanggarError } from '../contract/errors.ts'
import { damaged } from './checkpoints/file-bytes.ts'

/*
 * onnxruntime-node rejects with plain Errors whose text is that of the C++ status, without a code. The words below
 * are those of ONNX Runtime 1.27; the tests make each of them happen except the allocation failures.
 */
const memory = /bad[_ ]alloc|failed to allocate memory|out of memory|BFCArena|not enough memory/i
const unparsed = /protobuf parsing failed/i
/** a tensor of which its file ends too early */
const outside = /External initializer: (.+) offset: \d+ size to read/
/** the file beside a graph in which its tensors should lie */
const nowhere = /External data path does not exist: "?([^"]+)/i
const absent = /File doesn't exist|No such file/i
const externalAbsent = /external data|cannot get file size|External initializer/i
const unsupported =
  /is not a registered function|Unsupported model IR|opset \d+ is under development|Unsupported data type|No Op registered|NOT_IMPLEMENTED|Could not find an implementation/i

/** Why a graph could not be opened. `path` is shown to the person whose file it is. */
export function loadFailure(path: string, stage: string, cause: unknown): SanggarError {
  const detail = firstLine(cause)
  if (memory.test(detail)) return new SanggarError({ code: 'out-of-memory', stage }, { cause })
  if (unsupported.test(detail)) {
    return new SanggarError({ code: 'model-unsupported', path, kind: 'onnx', reason: detail }, { cause })
  }
  const tensor = outside.exec(detail)?.[1]
  if (tensor !== undefined) return damaged(path, 'tensor-outside', { tensor }, cause)
  const missing = nowhere.exec(detail)?.[1]
  if (missing !== undefined) {
    return new SanggarError(
      { code: 'model-folder-incomplete', path, missing: basename(missing.trim()) },
      { cause },
    )
  }
  if (externalAbsent.test(detail)) {
    return new SanggarError({ code: 'model-folder-incomplete', path, missing: detail }, { cause })
  }
  if (absent.test(detail)) return new SanggarError({ code: 'path-not-found', path }, { cause })
  if (unparsed.test(detail)) return damaged(path, 'not-of-format', { format: 'ONNX' }, cause)
  return damaged(path, 'graph-refused', { words: detail }, cause)
}

/** Why a run failed. */
export function runFailure(stage: string, cause: unknown): SanggarError {
  if (cause instanceof SanggarError) return cause
  const detail = firstLine(cause)
  if (memory.test(detail)) return new SanggarError({ code: 'out-of-memory', stage }, { cause })
  return new SanggarError({ code: 'inference-failed', stage, detail }, { cause })
}

function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 400)
}
