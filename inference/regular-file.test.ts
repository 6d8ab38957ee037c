import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { failureOf } from '../contract/errors.ts'
import { probe } from './checkpoints/probe.ts'
import { readModelFolder } from './model-folder.ts'
import { openTokenizer } from './tokenizers/open-tokenizer.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'sanggar-irregular-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'read',
    (error: unknown) => failureOf(error).code,
  )

/** A pipe that nobody writes into, and a device that never ends. */
const strange: [string, (file: string) => void][] = [
  ['a pipe', (file) => void execFileSync('mkfifo', [file])],
  ['an endless device', (file) => symlinkSync('/dev/zero', file)],
  ['a link to itself', (file) => symlinkSync(path.basename(file), file)],
]

test.skipIf(process.platform === 'win32').each(strange)(
  '%s under the name of a model or of its parts is refused at once',
  async (_what, make) => {
    for (const name of ['a.safetensors', 'a.gguf', 'model.onnx', 'a.safetensors.index.json']) {
      make(path.join(folder, name))
      expect(await codeOf(probe(path.join(folder, name)))).not.toMatch(/^(read|internal)$/)
    }
    const model = path.join(folder, 'model')
    mkdirSync(path.join(model, 'unet'), { recursive: true })
    mkdirSync(path.join(model, 'tokenizer'))
    for (const name of ['model_index.json', 'unet/config.json', 'unet/model.onnx', 'tokenizer/vocab.json'])
      make(path.join(model, name))
    writeFileSync(path.join(model, 'tokenizer', 'tokenizer_config.json'), '{}')
    const tokenizer = path.join(model, 'tokenizer')
    for (const attempt of [() => readModelFolder(model), () => probe(model), () => openTokenizer(tokenizer)])
      expect(await codeOf(attempt())).not.toBe('internal')
  },
)
