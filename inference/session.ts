import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { readOnnxHeader } from './checkpoints/onnx-header.ts'
import { fromHalf, toHalf } from './half.ts'
import { type ProviderName, resolveProvider } from './providers.ts'
import { loadFailure, runFailure } from './session-failure.ts'
import type { GraphSource } from './session-source.ts'
import { type Tensor, sizeOf } from './tensor.ts'

/** One input or output as the graph declares it; a side is a number, or a name where it is free. */
export type Port = { name: string; type: string; shape: (number | string)[] }

/**
 * What a caller feeds: numbers with a shape, or one number for inputs whose rank exporters disagree on
 * (timestep, conditioning_scale): it is repeated as often as the graph's declaration asks.
 */
export type Feed =
  | { data: Float32Array | Int32Array | Uint8Array; shape: number[] }
  | Halves
  | { scalar: number; batch?: number }

/** Bits of IEEE half precision for a float16 port, which are passed as they are. */
export type Halves = { halves: Uint16Array; shape: number[] }

export type SessionOptions = {
  executionProvider: ProviderName | 'auto'
  /** intra-op threads, at least 1 */
  threads: number
  /** what the failure names: 'text_encoder', 'unet' … */
  stage: string
}

export type Session = {
  inputs: Port[]
  outputs: Port[]
  /** the provider that was taken */
  executionProvider: ProviderName
  /** set when another provider was asked for and could not be had: its name */
  fellBackFrom?: ProviderName
  accepts(input: string): boolean
  input(name: string): Port | undefined
  /**
   * Every output as float32 (or those in `outputs`). Feeds that the graph does not know are left out. Outputs named
   * in `into` are written there, where the graph's type and the shape allow, instead of into fresh memory; those that
   * are wanted as halves stand only there.
   */
  run(
    feeds: Record<string, Feed>,
    outputs?: readonly string[],
    into?: Readonly<Record<string, Tensor | Halves>>,
  ): Promise<Record<string, Tensor>>
  release(): Promise<void>
}

/** Inputs of old exports that only switch the shape of the answer. */
const switches: Record<string, number> = { return_dict: 0, output_hidden_states: 1, output_attentions: 0 }

/**
 * Opens a graph on one execution provider. Input and output types are read from the graph and converted here, so
 * that callers only ever see float32. Throws `SanggarError`: 'model-damaged', 'model-unsupported',
 * 'path-not-found', 'out-of-memory'; from `run`: 'out-of-memory', 'inference-failed'.
 */
export async function openSession(source: GraphSource, options: SessionOptions): Promise<Session> {
  // Refuses external data outside the model's folder before the runtime would read them.
  if (source.kind === 'file' && source.own !== true && !source.path.endsWith('.ort')) {
    await readOnnxHeader(source.path)
  }
  const { provider, fellBackFrom } = await resolveProvider(options.executionProvider)
  const native = await create(source, options, provider)
  const inputs = native.inputMetadata.map(portOf)
  const outputs = native.outputMetadata.map(portOf)
  const byName = new Map(inputs.map((port) => [port.name, port]))
  let open = true

  return {
    inputs,
    outputs,
    executionProvider: provider,
    ...(fellBackFrom === undefined ? {} : { fellBackFrom }),
    accepts: (name) => byName.has(name),
    input: (name) => byName.get(name),
    async run(feeds, wanted = native.outputNames, into = {}) {
      if (!open) throw new Error(`session ${options.stage} was released`)
      const tensors: Record<string, OrtTensor> = {}
      for (const port of inputs) {
        const feed = feeds[port.name] ?? switchFeed(port)
        if (feed !== undefined) tensors[port.name] = toOrt(port, feed)
      }
      try {
        const reused = new Map<string, Tensor | Halves>()
        for (const { name, type } of outputs) {
          const buffer = into[name]
          if (buffer !== undefined && type === ('halves' in buffer ? 'float16' : 'float32')) {
            reused.set(name, buffer)
          }
        }
        const fetches = Object.fromEntries([
          ...wanted.map((name): [string, null] => [name, null]),
          ...[...reused].map(([name, buffer]): [string, OrtTensor] => [name, bufferOf(buffer)]),
        ])
        const answer = await native.run(tensors, fetches)
        const answered: Record<string, Tensor> = {}
        for (const name of wanted) {
          const buffer = reused.get(name)
          if (buffer === undefined) answered[name] = fromOrt(answer[name] as OrtTensor)
          else if ('data' in buffer) answered[name] = buffer
        }
        return answered
      } catch (cause) {
        throw runFailure(options.stage, cause)
      }
    },
    async release() {
      if (!open) return
      open = false
      await native.release()
    },
  }
}

async function create(source: GraphSource, options: SessionOptions, provider: ProviderName) {
  const isWhole = source.kind === 'file' && source.addition === undefined
  const weightsFolder = isWhole ? undefined : folderOf(source)
  const settings: InferenceSession.SessionOptions = {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: {
      session: {
        intra_op: { allow_spinning: '0' },
        ...(source.kind === 'file' && source.asStored === true ? { disable_prepacking: '1' } : {}),
        ...(weightsFolder === undefined
          ? {}
          : { model_external_initializers_file_folder_path: weightsFolder }),
      },
    },
  }
  try {
    return isWhole
      ? await InferenceSession.create(source.path, settings)
      : await InferenceSession.create(await bytesOf(source), settings)
  } catch (cause) {
    throw loadFailure(source.path, options.stage, cause)
  }
}

function folderOf(source: GraphSource): string | undefined {
  return source.kind === 'file' ? dirname(source.path) : source.folder
}

async function bytesOf(source: GraphSource): Promise<Uint8Array> {
  if (source.kind === 'bytes') return source.bytes
  const file = await readFile(source.path)
  return source.addition === undefined ? file : Buffer.concat([file, source.addition])
}

function bufferOf(buffer: Tensor | Halves): OrtTensor {
  return 'halves' in buffer
    ? new OrtTensor('float16', buffer.halves, buffer.shape)
    : new OrtTensor('float32', buffer.data, buffer.shape)
}

function portOf(metadata: InferenceSession.ValueMetadata): Port {
  return metadata.isTensor
    ? { name: metadata.name, type: metadata.type, shape: [...metadata.shape] }
    : { name: metadata.name, type: 'other', shape: [] }
}

function switchFeed(port: Port): Feed | undefined {
  const name = basename(port.name)
  return Object.hasOwn(switches, name) ? { scalar: switches[name] ?? 0 } : undefined
}

function toOrt(port: Port, feed: Feed): OrtTensor {
  if ('halves' in feed) {
    return port.type === 'float16' ? bufferOf(feed) : convert(port.type, fromHalf(feed.halves), feed.shape)
  }
  if ('scalar' in feed) {
    const shape = port.shape.map((side) => (typeof side === 'number' ? side : (feed.batch ?? 1)))
    // Graphs that take whole timesteps are given those without their fraction, as in diffusers' ONNX pipelines.
    const scalar = /^u?int/.test(port.type) ? Math.trunc(feed.scalar) : feed.scalar
    return convert(port.type, new Float64Array(sizeOf(shape)).fill(scalar), shape)
  }
  return convert(port.type, feed.data, feed.shape)
}

function convert(type: string, data: Float64Array | Float32Array | Int32Array | Uint8Array, shape: number[]) {
  switch (type) {
    case 'float32':
      return new OrtTensor('float32', data instanceof Float32Array ? data : Float32Array.from(data), shape)
    case 'float16':
      return new OrtTensor('float16', toHalf(data), shape)
    case 'float64':
      return new OrtTensor('float64', Float64Array.from(data), shape)
    case 'int64':
      return new OrtTensor(
        'int64',
        BigInt64Array.from(data as ArrayLike<number> as number[], roundToBigInt),
        shape,
      )
    case 'int32':
      return new OrtTensor(
        'int32',
        data instanceof Int32Array ? data : Int32Array.from(data, Math.round),
        shape,
      )
    case 'bool':
      return new OrtTensor(
        'bool',
        Uint8Array.from(data, (value) => (value === 0 ? 0 : 1)),
        shape,
      )
    case 'uint8':
      return new OrtTensor('uint8', data instanceof Uint8Array ? data : Uint8Array.from(data), shape)
    default:
      throw new Error(`no feed of type ${type}`)
  }
}

function roundToBigInt(value: number): bigint {
  return BigInt(Math.round(value))
}

function fromOrt(tensor: OrtTensor): Tensor {
  const shape = [...tensor.dims]
  const data = tensor.data
  if (data instanceof Float32Array) return { data, shape }
  if (tensor.type === 'float16') return { data: fromHalf(data as Uint16Array), shape }
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    return { data: Float32Array.from(data, Number), shape }
  }
  return { data: Float32Array.from(data as Float64Array), shape }
}
