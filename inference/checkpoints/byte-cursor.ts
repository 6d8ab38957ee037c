import type { FileHandle } from 'node:fs/promises'

import { damaged } from './file-bytes.ts'

const windowSize = 1 << 18

/**
 * Walks through a file of any size with one small window: skipped bytes are never read.
 * Every read past the end of the file is 'model-damaged'.
 */
export class ByteCursor {
  readonly path: string
  readonly size: number
  position = 0
  readonly #file: FileHandle
  #window = new Uint8Array(0)
  #start = 0
  /** bytes that may still be read, so that a hostile header cannot make us read the whole file */
  #budget: number

  constructor(file: FileHandle, path: string, size: number, budget: number) {
    this.#file = file
    this.path = path
    this.size = size
    this.#budget = budget
  }

  /** Moves on without reading. */
  skip(length: number): void {
    if (!Number.isSafeInteger(length) || length < 0 || this.position + length > this.size) {
      throw damaged(this.path, 'beyond-end', { byte: this.position })
    }
    this.position += length
  }

  /** The next `length` bytes as a view that is valid until the next call. */
  async take(length: number): Promise<Uint8Array> {
    const at = this.position
    this.skip(length)
    if (at < this.#start || at + length > this.#start + this.#window.length) await this.#load(at, length)
    return this.#window.subarray(at - this.#start, at - this.#start + length)
  }

  async #load(at: number, length: number): Promise<void> {
    const wanted = Math.min(Math.max(length, windowSize), this.size - at)
    this.#budget -= wanted
    if (this.#budget < 0) throw damaged(this.path, 'header-too-large', {})
    const window = new Uint8Array(wanted)
    let done = 0
    while (done < wanted) {
      const { bytesRead } = await this.#file.read(window, done, wanted - done, at + done)
      if (bytesRead === 0) throw damaged(this.path, 'cut-off', { byte: at + done })
      done += bytesRead
    }
    this.#window = window
    this.#start = at
  }

  async byte(): Promise<number> {
    const at = this.position - this.#start
    // The common case without a promise's detour would be faster still; headers are small.
    if (at >= 0 && at < this.#window.length) {
      this.position++
      return this.#window[at] as number
    }
    return (await this.take(1))[0] as number
  }

  async u32(): Promise<number> {
    const bytes = await this.take(4)
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true)
  }

  /** A 64-bit count; anything beyond 2^53 is damage. */
  async u64(): Promise<number> {
    const bytes = await this.take(8)
    const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw damaged(this.path, 'header-value', { value: String(value) })
    return Number(value)
  }

  async text(length: number, limit = 1 << 20): Promise<string> {
    if (length > limit) throw damaged(this.path, 'header-value', { value: length })
    return new TextDecoder().decode(await this.take(length))
  }
}
