import { SanggarError } from '../../contract/errors.ts'
import { damaged } from './file-bytes.ts'

type Stranger =
  | 'web-page'
  | 'server-message'
  | 'lfs-pointer'
  | 'gguf-renamed'
  | 'text-file'
  | 'archive'
  | 'picture'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** What downloads and programs leave under a model's name, by the first bytes: pattern -> what it is. */
const strangers: readonly [RegExp, Stranger][] = [
  [/^\s*<(!doctype|html|head|body|\?xml)/i, 'web-page'],
  [/^\s*[{[]\s*"/, 'server-message'],
  [/^version https:\/\/git-lfs/, 'lfs-pointer'],
  [/^GGUF/, 'gguf-renamed'],
  [/^[\t\r\n -~]{48}/, 'text-file'],
]

/** The same by their bytes, in hexadecimal: zip, 7z, RAR, gzip, xz and zstd; PNG, JPEG, GIF and WebP. */
const signatures: readonly [RegExp, Stranger][] = [
  [/^(504b0304|377abcaf|52617221|1f8b|fd377a58|28b52ffd)/, 'archive'],
  [/^(89504e47|ffd8ff|47494638|52494646.{8}57454250)/, 'picture'],
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
  if (found !== undefined) return damaged(path, found[1], {})
  if (start.length > 0 && start.every((byte) => byte === 0)) {
    return damaged(path, 'zeros', {})
  }
  return undefined
}
