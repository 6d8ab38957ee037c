import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { type Handlers, requests } from '../../contract/api.ts'
import { expandPrompt, seededRandom } from '../../contract/dynamic-prompt.ts'
import { parsePrompt } from '../../contract/prompt-syntax.ts'
import { answer } from '../../contract/rpc.ts'
import { damaged, openBackup, sealBackup } from '../../core/backup/backup-file.ts'
import { readTar, tarEnd, tarHeader, tarPadding } from '../../core/backup/tar.ts'
import { broughtBy } from '../../core/export/brought.ts'
import { studioDouble } from '../../core/hosting/studio-double.ts'
import { readPictureSettings } from '../../core/import/picture-settings.ts'
import { readMask, readPicture } from '../../core/library/picture-codec.ts'
import { openItem, openRecord, sealItem } from '../../core/vault/sealed-file.ts'
import { ggufBytes } from '../../inference/checkpoints/gguf-fixture.ts'
import { readGgufHeader } from '../../inference/checkpoints/gguf.ts'
import { readOnnxHeader } from '../../inference/checkpoints/onnx-header.ts'
import { probe } from '../../inference/checkpoints/probe.ts'
import { safetensorsBytes } from '../../inference/checkpoints/safetensors-fixture.ts'
import { readSafetensorsHeader } from '../../inference/checkpoints/safetensors.ts'
import { identityGraph } from '../../inference/identity-graph.ts'
import { readModelFolder } from '../../inference/model-folder.ts'
import { openTokenizer } from '../../inference/tokenizers/open-tokenizer.ts'
import { startWebServer } from '../../web/server.ts'

export type Parser = {
  corpus: Uint8Array[]
  parse(bytes: Buffer): Promise<unknown>
  close?(): Promise<void>
  /** of the inputs that others get; absent: all */
  share?: number
}

const root = path.resolve(import.meta.dirname, '..', '..')
const json = (value: unknown) => Buffer.from(JSON.stringify(value))
const kiloByte = 1024

/** A folder of its own for what has to lie on a disk. */
async function scratch() {
  const folder = await mkdtemp(path.join(tmpdir(), 'sanggar-fuzz-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

async function onFile(
  corpus: Uint8Array[],
  name: string,
  read: (file: string) => Promise<unknown>,
): Promise<Parser> {
  const { folder, remove } = await scratch()
  const file = path.join(folder, name)
  const parse = async (bytes: Buffer) => {
    await writeFile(file, bytes)
    return read(file)
  }
  return { corpus, parse, close: remove }
}

const tensor = (name: string, shape: number[]) => ({
  name,
  dtype: 'F32',
  shape,
  data: new Uint8Array(4 * shape.reduce((product, side) => product * side, 1)),
})
const safetensors = [
  safetensorsBytes([tensor('a.weight', [2, 3]), tensor('lora_unet_mid.lora_up.weight', [4, 1])], {
    'modelspec.title': 'x',
  }),
  safetensorsBytes([tensor('emb_params', [2, 768])]),
]
const gguf = [
  ggufBytes('flux', [{ name: 'blk.0.weight', shape: [2, 32], type: 0, data: new Uint8Array(256) }]),
]
const onnx = [identityGraph('float32'), identityGraph('float16')]

/** One of several small files of a folder is the fuzzed one. */
async function folderOf(
  files: Record<string, Uint8Array>,
  fuzzed: string[],
  read: (folder: string) => Promise<unknown>,
): Promise<Parser> {
  const { folder, remove } = await scratch()
  const write = async (name: string, bytes: Uint8Array) => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
    await writeFile(path.join(folder, name), bytes)
  }
  for (const [name, bytes] of Object.entries(files)) await write(name, bytes)
  let turn = 0
  return {
    corpus: fuzzed.map((name) => files[name] ?? new Uint8Array()),
    async parse(bytes) {
      const name = fuzzed[turn++ % fuzzed.length] ?? ''
      await write(name, bytes)
      try {
        return await read(folder)
      } finally {
        await write(name, files[name] ?? new Uint8Array())
      }
    },
    close: remove,
  }
}

async function modelFolder(read: (folder: string) => Promise<unknown>): Promise<Parser> {
  const config = { _class_name: 'UNet2DConditionModel', in_channels: 4, block_out_channels: [32, 64] }
  const files = {
    'model_index.json': json({
      _class_name: 'StableDiffusionPipeline',
      unet: ['diffusers', 'UNet2DConditionModel'],
      vae_decoder: ['diffusers', 'OnnxRuntimeModel'],
      scheduler: ['diffusers', 'PNDMScheduler'],
    }),
    'scheduler/scheduler_config.json': json({ _class_name: 'PNDMScheduler', beta_start: 0.00085 }),
    'unet/config.json': json(config),
    'unet/model.onnx': onnx[0] ?? new Uint8Array(),
    'vae_decoder/config.json': json({ scaling_factor: 0.18, block_out_channels: [1, 2] }),
    'vae_decoder/model.onnx': onnx[0] ?? new Uint8Array(),
    'manifest.json': json({ id: 'x', name: 'X', kind: 'pipeline' }),
  }
  const parser = await folderOf(files, Object.keys(files), read)
  return parser
}

async function tokenizer(): Promise<Parser> {
  const starter = path.join(root, 'models', 'starter', 'tokenizer')
  const names = (await readdir(starter)).filter((name) => name.endsWith('.json'))
  const files = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(starter, name))] as const)),
  )
  return folderOf(files, names, async (folder) => {
    const opened = await openTokenizer(folder)
    return opened
  })
}

async function images(): Promise<Uint8Array[]> {
  const noise = Buffer.from(Array.from({ length: 24 * 16 * 3 }, (_, i) => (i * 7919) % 256))
  const picture = () => sharp(noise, { raw: { width: 24, height: 16, channels: 3 } })
  const exif = { IFD0: { ImageDescription: 'a boat', Software: 'x' } }
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5" height="5"/></svg>'
  return Promise.all([
    picture().withExif(exif).png().toBuffer(),
    picture().withExif(exif).jpeg().toBuffer(),
    picture().withExif(exif).webp().toBuffer(),
    picture().avif({ effort: 0 }).toBuffer(),
    picture().tiff().toBuffer(),
    picture().gif().toBuffer(),
    Promise.resolve(Buffer.from(svg)),
  ])
}

/** PNGs with the texts that other programs write. */
async function pngsWithTexts(): Promise<Uint8Array[]> {
  const plain = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#777' } })
    .png()
    .toBuffer()
  const chunk = (keyword: string, text: string) => {
    const body = Buffer.from(`tEXt${keyword}\0${text}`, 'latin1')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(body.length - 4)
    return Buffer.concat([length, body, Buffer.alloc(4)])
  }
  const after = 33
  const withText = (keyword: string, text: string) =>
    Buffer.concat([plain.subarray(0, after), chunk(keyword, text), plain.subarray(after)])
  return [
    withText(
      'parameters',
      'a boat\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5',
    ),
    withText(
      'prompt',
      JSON.stringify({ 3: { class_type: 'KSampler', inputs: { seed: 5, steps: 20, positive: ['6', 0] } } }),
    ),
    withText('invokeai_metadata', JSON.stringify({ positive_prompt: 'a', seed: 1, steps: 5 })),
    withText('sd-metadata', JSON.stringify({ image: { prompt: 'x', seed: 1 } })),
  ]
}

const texts = [
  'a (red:1.2) {cat|dog} __animal__ [boat:ship:0.5] <lora:x:0.8> BREAK \\(x\\)',
  '((((a))))',
  '{2$$, $$a|b|c}',
].map((text) => Buffer.from(text))

async function backupFile(): Promise<Parser> {
  const { folder, remove } = await scratch()
  const file = path.join(folder, 'a.sanggarbackup')
  async function* body() {
    yield Buffer.alloc(2000, 1)
  }
  const parts: Buffer[] = []
  for await (const part of sealBackup(body(), 'x')) parts.push(Buffer.from(part))
  return {
    corpus: [Buffer.concat(parts)],
    async parse(bytes) {
      await writeFile(file, bytes)
      const opened = await openBackup(file, 'x')
      try {
        let length = 0
        for await (const chunk of opened.archive()) length += chunk.length
        return length
      } finally {
        opened.forget()
      }
    },
    close: remove,
    // every header that can be read costs a scrypt
    share: 0.02,
  }
}

function archive(): Parser {
  const entry = (name: string, data: Buffer) => [
    tarHeader(name, data.length, new Date(0)),
    data,
    tarPadding(data.length),
  ]
  const whole = Buffer.concat([
    ...entry('manifest.json', json({ format: 1 })),
    ...entry('database/jobs.000001.jsonl', Buffer.from('{}\n')),
    tarEnd,
  ])
  return {
    corpus: [whole],
    async parse(bytes) {
      async function* source() {
        for (let from = 0; from < bytes.length; from += kiloByte) yield bytes.subarray(from, from + kiloByte)
      }
      try {
        let length = 0
        for await (const { data } of readTar(source(), kiloByte * kiloByte)) length += data.length
        return length
      } catch (cause) {
        throw damaged('x', 'archive', cause) // as the restore does
      }
    },
  }
}

function sealed(): Parser {
  const key = Buffer.alloc(32, 3)
  return {
    corpus: [sealItem(key, 'x.picture', { id: 'x' }, Buffer.alloc(3000, 1))],
    async parse(bytes) {
      openRecord(key, 'x.picture', bytes)
      openItem(key, 'x.picture', bytes)
    },
  }
}

/** Messages as a socket gets them: text, JSON, the contract. What handlers do is not asked here. */
function messages(): Parser {
  const handlers = new Proxy({}, { get: () => () => null }) as Handlers
  const call = (name: string, input: unknown) => json({ type: 'call', id: 1, name, input })
  return {
    corpus: [
      ...Object.keys(requests).map((name) => call(name, null)),
      call('jobs.submit', { kind: 'generate', prompt: 'a', model: 'm', seed: '5', count: 2 }),
      call('images.query', { text: 'model:x', limit: 5 }),
      call('images.change', { ids: ['a'], change: { tags: ['x'] } }),
      call('settings.change', { trashDays: 5 }),
    ],
    async parse(bytes) {
      let raw: unknown
      try {
        raw = JSON.parse(bytes.toString())
      } catch {
        return // the host closes such a socket
      }
      await answer(handlers, raw, (message) => JSON.stringify(message))
    },
  }
}

/** Raw bytes to the loopback server, whatever comes; it must answer or close, and live on. */
async function http(): Promise<Parser> {
  const page = { type: 'text/html', bytes: new TextEncoder().encode('%SANGGAR_TOKEN%') }
  const server = await startWebServer({ studio: studioDouble().studio, files: new Map([['/', page]]) })
  const { port, host } = new URL(server.site.origin)
  const request = (line: string, ...headers: string[]) =>
    Buffer.from([line, `Host: ${host}`, ...headers, '', ''].join('\r\n'))
  return {
    corpus: [
      request('GET / HTTP/1.1', 'Sec-Fetch-Site: none'),
      request('GET /media/image/abc?w=320 HTTP/1.1', 'Sec-Fetch-Site: same-origin', 'Cookie: session=x'),
      request('POST /media/input?name=a HTTP/1.1', `Origin: ${server.site.origin}`, 'Content-Length: 5'),
      request('GET /rpc HTTP/1.1', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'),
      request('GET /..%2f..%2fetc/passwd HTTP/1.1'),
    ],
    parse: (bytes) =>
      new Promise<void>((resolve, reject) => {
        const socket = net.connect(Number(port), '127.0.0.1')
        const limit = setTimeout(() => {
          socket.destroy()
          resolve() // it waits for the rest of a request: its own timeouts end that
        }, 100)
        socket.on('data', () => socket.end())
        socket.on('error', () => undefined)
        socket.on('connect', () => socket.end(bytes))
        socket.on('close', () => {
          clearTimeout(limit)
          if (server.site.origin === '') reject(new Error('gone'))
          resolve()
        })
      }),
    close: () => server.close(),
  }
}

export const parsers: Record<string, () => Promise<Parser> | Parser> = {
  'ONNX header': () => onFile(onnx, 'model.onnx', readOnnxHeader),
  'safetensors header': () => onFile(safetensors, 'a.safetensors', readSafetensorsHeader),
  'GGUF header': () => onFile(gguf, 'a.gguf', readGgufHeader),
  'probe of a file': () => onFile([...onnx, ...safetensors, ...gguf], 'model', probe),
  'model folder': () => modelFolder(readModelFolder),
  'probe of a folder': () => modelFolder(probe),
  tokenizer,
  'image formats': async () => ({
    corpus: await images(),
    parse: async (bytes) => {
      await readPicture(bytes, 'x')
    },
  }),
  'mask images': async () => ({ corpus: await images(), parse: (bytes) => readMask(bytes, 'x') }),
  'image metadata': async () => ({
    corpus: [...(await pngsWithTexts()), ...(await images())],
    parse: async (bytes) => [await readPictureSettings(bytes), await broughtBy(bytes)],
  }),
  'prompts and wildcards': () => ({
    corpus: texts,
    parse: async (bytes) => {
      const text = bytes.toString().slice(0, 20_000)
      parsePrompt(text)
      expandPrompt(text, { random: seededRandom('5'), wildcard: () => [text.slice(0, 50), '__animal__'] })
    },
  }),
  'backup file': backupFile,
  'backup archive': archive,
  'sealed file': sealed,
  'rpc message': messages,
  'HTTP request': http,
}
