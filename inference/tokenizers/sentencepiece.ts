import { tokenizerJsonSchema, type TokenizerJson } from './tokenizer-json.ts'

const unknownPiece = 2
const controlPiece = 3
const unigramModel = 1

/** The sentinels that T5 keeps after its vocabulary, from `<extra_id_99>` down to `<extra_id_0>`. */
const extraIds = 100

/**
 * spiece.model, the form in which T5 was published (sentencepiece_model.proto), as the tokenizer.json that
 * transformers makes of it.
 *
 * @throws RangeError when the file is cut off, Error when it is no unigram model
 */
export function readSentencePiece(file: Uint8Array): TokenizerJson {
  const vocab: [string, number][] = []
  const special: { id: number; content: string; special: true; normalized: false }[] = []
  let unknown: number | undefined
  let charsmap: string | undefined
  for (const { field, value } of fieldsOf(file)) {
    if (!(value instanceof Uint8Array)) continue
    if (field === 1) {
      const { piece, score, type } = readPiece(value)
      if (type === unknownPiece) unknown = vocab.length
      if (type === unknownPiece || type === controlPiece)
        special.push({ id: vocab.length, content: piece, special: true, normalized: false })
      vocab.push([piece, score])
    }
    if (field === 2) requireUnigram(value)
    if (field === 3) charsmap = readCharsmapOf(value)
  }
  for (let id = extraIds - 1; id >= 0; id--) {
    const content = `<extra_id_${id}>`
    special.push({ id: vocab.length, content, special: true, normalized: false })
    vocab.push([content, 0])
  }
  const end = vocab.findIndex(([piece]) => piece === '</s>')
  return tokenizerJsonSchema.parse({
    added_tokens: special,
    normalizer: charsmap === undefined ? null : { type: 'Precompiled', precompiled_charsmap: charsmap },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [{ type: 'WhitespaceSplit' }, { type: 'Metaspace', prepend_scheme: 'always' }],
    },
    post_processor: end < 0 ? null : { type: 'BertProcessing', cls: [], sep: ['</s>', end] },
    model: { type: 'Unigram', vocab, unk_id: unknown },
  })
}

function readPiece(message: Uint8Array): { piece: string; score: number; type: number } {
  const found = { piece: '', score: 0, type: 1 }
  for (const { field, value } of fieldsOf(message)) {
    if (field === 1 && value instanceof Uint8Array) found.piece = new TextDecoder().decode(value)
    if (field === 2 && value instanceof DataView) found.score = value.getFloat32(0, true)
    if (field === 3 && typeof value === 'number') found.type = value
  }
  return found
}

function requireUnigram(trainer: Uint8Array): void {
  for (const { field, value } of fieldsOf(trainer))
    if (field === 3 && value !== unigramModel)
      throw new Error('a SentencePiece model of another kind than unigram')
}

function readCharsmapOf(normalizer: Uint8Array): string | undefined {
  for (const { field, value } of fieldsOf(normalizer))
    if (field === 2 && value instanceof Uint8Array && value.length > 0)
      return Buffer.from(value).toString('base64')
  return undefined
}

/** Varints as numbers, bytes as bytes, fixed-width numbers as a view on them. */
type Field = { field: number; value: number | Uint8Array | DataView }

/** The fields of a protobuf message (protobuf.dev/programming-guides/encoding). */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0
  const take = (length: number): Uint8Array => {
    if (at + length > message.length) throw new RangeError('the SentencePiece model is cut off')
    at += length
    return message.subarray(at - length, at)
  }
  const varint = (): number => {
    let value = 0
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const [byte = 0] = take(1)
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
    throw new RangeError('a number in the SentencePiece model has no end')
  }
  const fixed = (length: number): DataView => {
    const bytes = take(length)
    return new DataView(bytes.buffer, bytes.byteOffset, length)
  }
  while (at < message.length) {
    const tag = varint()
    const field = Math.floor(tag / 8)
    const wire = tag % 8
    if (wire === 0) yield { field, value: varint() }
    else if (wire === 1) yield { field, value: fixed(8) }
    else if (wire === 2) yield { field, value: take(varint()) }
    else if (wire === 5) yield { field, value: fixed(4) }
    else throw new RangeError('the SentencePiece model is damaged')
  }
}
