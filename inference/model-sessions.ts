import { SanggarError } from '../contract/errors.ts'
import { type GraphName, graphOf, type ModelParts, needComponent } from './model-parts.ts'
import { type ProviderOptions, openOnProvider, steady, weightOverhead } from './provider-session.ts'
import type { Feed, Session } from './session.ts'
import { openTrialMemory } from './trial-memory.ts'

/** keep: until `releaseAll`. after-use: only the one component in use stays in memory. */
export type KeepPolicy = 'keep' | 'after-use'

export type SessionsOptions = ProviderOptions & {
  policy: KeepPolicy
  /** bytes that the open networks share with what they need while they run; absent: all stay */
  room?: number
  /** latents a side that an autoencoder works on at once; absent: as many as memory holds */
  largestTile?: number | undefined
}

/** Called in turns within a step: freeing one for the other would load both again and again. */
const together: ReadonlySet<GraphName> = new Set<GraphName>([
  'unet',
  'controlnet',
  'controlnet_1',
  'controlnet_2',
  'controlnet_3',
])

/** Of the room: half of an autoencoder is. */
const small = 1 / 8

const onCpu = { executionProvider: 'cpu' } as const
const halfOf = (name: GraphName): string => name.split('/', 1).join()

/** The open sessions of one model: opened when first needed, freed by policy. */
export class ModelSessions {
  readonly parts: ModelParts
  readonly options: SessionsOptions
  readonly #open = new Map<GraphName, Promise<Session>>()
  readonly #trials = openTrialMemory(undefined)
  /** what has left its accelerator for good; the stages of an autoencoder go with it */
  readonly #left = new Set<string>()
  readonly #moves = new Map<GraphName, () => Promise<void>>()

  constructor(parts: ModelParts, options: SessionsOptions) {
    this.parts = parts
    this.options = options
  }

  /** Opens `name` if need be. Throws what `openSession` throws, 'model-folder-incomplete', 'out-of-memory'. */
  async session(name: GraphName): Promise<Session> {
    const present = this.#open.get(name)
    if (present !== undefined) {
      // To the end: those needed longest ago are the first.
      this.#open.delete(name)
      this.#open.set(name, present)
      return present
    }
    const component = needComponent(this.parts, name)
    await this.#makeRoom(name, component.bytes)
    const { source, bytes, scalars } = component
    const trials = this.options.trials ?? this.#trials
    const options = { ...this.options, trials, ...(this.#left.has(halfOf(name)) && onCpu) }
    const opening = openOnProvider(source, name, bytes, options).then((first) => {
      const isAutoencoder = name.startsWith('vae_')
      // Autoencoders try smaller tiles before they leave their accelerator: see `moveToCpu`.
      const { session, move } = steady(first, source, name, options, !isAutoencoder)
      this.#moves.set(name, move)
      return scalars === undefined ? session : withScalars(session, scalars)
    })
    this.#open.set(name, opening)
    try {
      const session = await opening
      if (session.fellBackFrom !== undefined) {
        this.options.onNote?.({ code: 'provider-fallback', detail: session.executionProvider })
      }
      return session
    } catch (error) {
      this.#open.delete(name)
      throw error
    }
  }

  /** The last resort for a session whose accelerator has not enough memory. False where it is on the CPU already. */
  async moveToCpu(name: GraphName): Promise<boolean> {
    const session = await this.session(name)
    if (session.executionProvider === 'cpu') return false
    this.#left.add(name)
    await this.#moves.get(name)?.()
    return true
  }

  /**
   * While `name` does not fit beside the others, the one that was needed longest ago goes. What is small comes in
   * without that: to open the denoiser once more takes longer. A ceiling holds for everything: throws 'out-of-memory'
   * when `name` alone is too much.
   */
  async #makeRoom(name: GraphName, bytes: number): Promise<void> {
    const { memoryCeiling = 0, room = Number.POSITIVE_INFINITY } = this.options
    const isStrict = memoryCeiling > 0
    const limit = (isStrict ? memoryCeiling : room) / weightOverhead
    if (isStrict && bytes > limit) throw new SanggarError({ code: 'out-of-memory', stage: name })
    if (!isStrict && bytes < limit * small) return
    for (const other of this.#open.keys()) {
      if (bytes + this.#openBytes() <= limit) return
      if (!together.has(name) || !together.has(other)) await this.release(other)
    }
  }

  #openBytes(): number {
    return [...this.#open.keys()].reduce((sum, name) => sum + (graphOf(this.parts, name)?.bytes ?? 0), 0)
  }

  has(name: GraphName): boolean {
    return graphOf(this.parts, name) !== undefined
  }

  isOpen(name: GraphName): boolean {
    return this.#open.has(name)
  }

  /** The stage is over: under 'after-use' its components go. */
  async finished(...names: GraphName[]): Promise<void> {
    if (this.options.policy === 'after-use') await this.release(...names)
  }

  async release(...names: GraphName[]): Promise<void> {
    for (const name of names) {
      const session = this.#open.get(name)
      this.#open.delete(name)
      this.#moves.delete(name)
      await (await session)?.release()
    }
  }

  async releaseAll(): Promise<void> {
    await this.release(...this.#open.keys())
  }
}

function withScalars(session: Session, scalars: () => Readonly<Record<string, number>>): Session {
  return {
    ...session,
    get executionProvider() {
      return session.executionProvider
    },
    run(feeds, outputs, into) {
      const further = Object.entries(scalars()).map(([name, scalar]): [string, Feed] => [name, { scalar }])
      return session.run({ ...Object.fromEntries(further), ...feeds }, outputs, into)
    },
  }
}
