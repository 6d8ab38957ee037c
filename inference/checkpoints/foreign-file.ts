import { SanggarError } from '../../contract/errors.ts'
import { damaged } from './file-bytes.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** What downloads and programs leave under a model's name, by the first bytes: pattern -> what people call it. */
const strangers: readonly [RegExp, string][] = [
  [/^\s*<(!doctype|html|head|body|\?xml)/i, 'is a web page: the download was refused or asked for a login'],
  [/^\s*[{[]\s*"/, 'is a message of a server, not a model: the download was refused'],
  [/^version https:\/\/git-lfs/, 'is a Git LFS pointer: the model itself was not fetched'],
  [/^GGUF/, 'is a GGUF file under another name'],
  [/^[\t\r\n -~]{48}/, 'is a text'],
]

/** The same by their bytes, in hexadecimal: zip, 7z, RAR, gzip, xz and zstd; PNG, JPEG, GIF and WebP. */
const signatures: readonly [RegExp, string][] = [
  [/^(504b0304|377abcaf|52617221|1f8b|fd377a58|28b52ffd)/, 'is an archive: unpack it'],
  [/^(89504e47|ffd8ff|47494638|52494646.{8}57454250)/, 'is a picture'],
]

/** Python's pickle from its second protocol on, bare or in torch's zip archive. */
export function isPickle(start: Uint8Array): boolean {
  // A header of 128 + 256 n bytes begins alike, and goes on with a brace.
  if (start[0] === 0x80 && (start[1] ?? 9) <= 5 && start[8] !== 0x7b) return true
  return start[0] === 0x50 && start[1] === 0x4b && /\/(data\.pkl|version|byteorder)/.test(text(start))
}

/**
 * Why a file that promised to be .safetensors is none, from its first bytes; undefined where nothing is known better
 * than that its header cannot be read.
 */
export function strangerAt(path: string, start: Uint8Array): SanggarError | undefined {
  if (isPickle(start)) return new SanggarError({ code: 'pickle-refused', path })
  const first = start.subarray(0, 64)
  const found =
    signatures.find(([pattern]) => pattern.test(Buffer.from(first).toString('hex'))) ??
    strangers.find(([pattern]) => pattern.test(text(first)))
  if (found !== undefined) return damaged(path, found[1])
  if (start.length > 0 && start.every((byte) => byte === 0)) {
    return damaged(path, 'begins with zeros: its download was never finished')
  }
  return undefined
}
