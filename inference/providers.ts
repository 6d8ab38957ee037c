import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor, listSupportedBackends } from 'onnxruntime-node'
import { identityGraph } from './identity-graph.ts'

export const providerNames = ['cpu', 'cuda', 'dml', 'coreml', 'webgpu'] as const
export type ProviderName = (typeof providerNames)[number]

const trials = new Map<ProviderName, Promise<boolean>>()

/** Providers that this build of ONNX Runtime carries. Whether the machine has the device is only known by `works`. */
export function carriedProviders(): ProviderName[] {
  const carried = new Set(
    listSupportedBackends()
      .filter((backend) => backend.bundled)
      .map((backend) => backend.name),
  )
  return providerNames.filter((name) => name === 'cpu' || carried.has(name))
}

const vulkanPlaces = [
  '/usr/lib',
  '/usr/lib64',
  `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`,
]

/**
 * What 'auto' tries besides the CPU, the likely fastest first. WebGPU only where its driver's loader is: see `works`.
 */
export function automaticCandidates(): ProviderName[] {
  const order: readonly ProviderName[] = ['cuda', 'dml', 'coreml', 'webgpu']
  const carried = carriedProviders()
  return order.filter((name) => carried.includes(name) && (name !== 'webgpu' || hasGraphicsLoader()))
}

function hasGraphicsLoader(): boolean {
  return (
    process.platform !== 'linux' || vulkanPlaces.some((folder) => existsSync(join(folder, 'libvulkan.so.1')))
  )
}

/**
 * Runs a graph of one node once per provider and process. Not done before somebody asks for the provider: the
 * WebGPU one of 1.27 leaves a process behind that crashes on exit where there is no Vulkan loader.
 */
export function works(provider: ProviderName): Promise<boolean> {
  const trial = trials.get(provider) ?? tryOut(provider)
  trials.set(provider, trial)
  return trial
}

async function tryOut(provider: ProviderName): Promise<boolean> {
  if (provider === 'cpu') return true
  try {
    const session = await InferenceSession.create(identityGraph('float32'), {
      executionProviders: [provider],
      logSeverityLevel: 4,
    })
    const answer = await session.run({ x: new Tensor('float32', Float32Array.of(1, -2), [2]) })
    await session.release()
    return (await answer['y']?.getData())?.[1] === -2
  } catch {
    // Any failure here has one meaning: this machine cannot run it. The caller falls back and notes it.
    return false
  }
}

/** 'auto' is the CPU here (see automatic-session.ts for the measured choice). An accelerator that does not work becomes the CPU, with the name that was asked for. */
export async function resolveProvider(
  asked: ProviderName | 'auto',
): Promise<{ provider: ProviderName; fellBackFrom?: ProviderName }> {
  if (asked === 'auto' || asked === 'cpu') return { provider: 'cpu' }
  return (await works(asked)) ? { provider: asked } : { provider: 'cpu', fellBackFrom: asked }
}
