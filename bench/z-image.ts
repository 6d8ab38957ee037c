import { spawnSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { inferenceEnvironment } from '../core/hosting/inference-environment.ts'
import { openCheckpoint, type Checkpoint } from '../inference/checkpoints/checkpoint.ts'
import { threadCount } from '../inference/environment.ts'
import type { Reduced } from '../inference/precision/choose-form.ts'
import { preciseCheckpoint } from '../inference/precision/precise-checkpoint.ts'
import { createGenerator } from '../inference/random.ts'
import { openSession, type Feed, type Session } from '../inference/session.ts'
import type { Tensor } from '../inference/tensor.ts'

/*
 * node bench/z-image.ts FOLDER CACHE [size] [balanced|fast|small] [PYTHON]
 * Z-Image of a diffusers folder (see z-image-folder.ts) from a cold start to its second step: quantising the text
 * encoder, running it, letting it go, the same for the transformer. Seconds, processor seconds (what other programs do
 * not touch), and the most memory that was resident. With PYTHON, which has torch, also PyTorch's bfloat16 step.
 */
const [folder, cacheFolder, size = '512', form = 'balanced', python] = process.argv.slice(2)
const forms: readonly Reduced[] = ['balanced', 'fast', 'small']
const precision = forms.find((one) => one === form)
if (folder === undefined || cacheFolder === undefined || precision === undefined) {
  console.error('usage: node bench/z-image.ts FOLDER CACHE [size] [balanced|fast|small] [PYTHON]')
  process.exit(2)
}
if (process.env['MALLOC_MMAP_THRESHOLD_'] === undefined) {
  // As the product starts its inference process.
  const { status } = spawnSync(process.execPath, process.argv.slice(1), {
    env: inferenceEnvironment(),
    stdio: 'inherit',
  })
  process.exit(status ?? 1)
}
const threads = threadCount(0)
const latent = Number(size) / 8
const started = performance.now()
let busy = 0

/** Processor seconds since the last line. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage()
  const now = (user + system) / 1e6
  const spent = now - busy
  busy = now
  return spent
}

function line(what: string, since: number): void {
  const seconds = ((performance.now() - since) / 1000).toFixed(1).padStart(7)
  const resident = (process.memoryUsage().rss / 1e9).toFixed(2)
  const peak = ((process.resourceUsage().maxRSS * 1024) / 1e9).toFixed(2)
  const processor = processorSeconds().toFixed(1).padStart(7)
  console.log(
    `${what.padEnd(26)} ${seconds} s  ${processor} s of processor   ${resident} GB resident, ${peak} GB at most`,
  )
}

async function opened(
  checkpoint: Checkpoint,
  network: string,
): Promise<{ checkpoint: Checkpoint; session: Session }> {
  const before = performance.now()
  const precise = await preciseCheckpoint(checkpoint, {
    precision: precision as Reduced,
    network,
    cacheFolder: join(cacheFolder as string),
    threads,
  })
  line(`${network} ${precise.made ? 'quantised' : 'found'}`, before)
  const opening = performance.now()
  const session = await openSession(precise.checkpoint.graph(network), {
    executionProvider: 'cpu',
    threads,
    stage: network,
  })
  line(`${network} opened`, opening)
  return { checkpoint: precise.checkpoint, session }
}

async function timed(
  session: Session,
  what: string,
  feeds: Record<string, Feed>,
  output: string,
): Promise<Tensor> {
  const before = performance.now()
  const answer = (await session.run(feeds, [output]))[output]
  line(what, before)
  if (answer === undefined || !answer.data.every((value) => Number.isFinite(value)))
    throw new Error(`${what}: no numbers`)
  return answer
}

await mkdir(cacheFolder, { recursive: true })
const checkpoint = await openCheckpoint(folder)
line('headers read', started)

const text = await opened(checkpoint, 'text_encoder')
const states = text.session.outputs.filter(({ name }) => name.startsWith('hidden_states.')).length
const ids = Int32Array.from({ length: 64 }, (_, i) => (i * 2371 + 17) % 4000)
const feeds = { input_ids: { data: ids, shape: [1, ids.length] } }
const embeddings = await timed(text.session, 'prompt of 64 tokens', feeds, `hidden_states.${states - 2}`)
await text.session.release()
line('text encoder let go', performance.now())

const main = await opened(checkpoint, 'transformer')
line('before the first step', started)
const { randn } = createGenerator('1')
const step = (timestep: number): Record<string, Feed> => ({
  hidden_states: { data: randn(16 * latent * latent), shape: [1, 16, 1, latent, latent] },
  timestep: { scalar: timestep },
  encoder_hidden_states: embeddings,
})
await timed(main.session, 'first step', step(0), 'out_hidden_states')
await timed(main.session, 'second step', step(0.1), 'out_hidden_states')
await main.session.release()

if (python !== undefined) {
  const script = join(import.meta.dirname, 'peer_z_image.py')
  const { stdout } = spawnSync(python, [script, '--side', String(latent), '--threads', String(threads)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  console.log(`PyTorch's step: ${stdout.trim()}`)
}
