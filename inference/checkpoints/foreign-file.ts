import { SanggarError } from '../../contract/errors.ts'
import { damaged } from './file-bytes.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** What downloads and programs leave under a model's name, by the first bytes: pattern -> what people call it. */
const strangers: readonly [RegExp, string][] = [
  [/^\s*<(!doctype|html|head|body|\?xml)/i, 'is a web page: the download was refused or asked for a login'],
  [/^\s*[{[]\s*"/, 'is a message of a server, not a model: the download was refused'],
  [/^version https:\/\/git-lfs/, 'is a Git LFS pointer: the model itself was not fetched'],
  [
    /^(PK\u0003\u0004|7z\u00bc\u00af|Rar!|\u001f\u008b|\u00fd7zXZ|\u0028\u00b5\u002f\u00fd)/,
    'is an archive: unpack it',
  ],
  [/^(\u0089PNG|\u00ff\u00d8\u00ff|RIFF....WEBP|GIF8)/s, 'is a picture'],
  [/^GGUF/, 'is a GGUF file under another name'],
  [/^[\t\r\n -~]{48}/, 'is a text'],
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
  const found = strangers.find(([pattern]) => pattern.test(text(start.subarray(0, 64))))
  if (found !== undefined) return damaged(path, found[1])
  if (start.length > 0 && start.every((byte) => byte === 0)) {
    return damaged(path, 'begins with zeros: its download was never finished')
  }
  return undefined
}
