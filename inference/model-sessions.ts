import { freemem } from 'node:os'
import { SanggarError, failureOf } from '../contract/errors.ts'
import { openAutomatic } from './automatic-session.ts'
import { type Component, type ComponentName, type ModelParts, needComponent } from './model-parts.ts'
import { checkFinite } from './pipelines/output-check.ts'
import { type Feed, type Session, openSession } from './session.ts'
import { type ProviderName, automaticCandidates } from './providers.ts'
import { type TrialMemory, openTrialMemory } from './trial-memory.ts'

/** keep: until `releaseAll`. after-use: only the one component in use stays in memory. */
export type KeepPolicy = 'keep' | 'after-use'

export type SessionsOptions = {
  executionProvider: ProviderName | 'auto'
  threads: number
  policy: KeepPolicy
  /** in place of `openSession`, for tests */
  open?: typeof openSession
  /** what 'auto' tries besides the CPU, and where it keeps what it found; for tests, and for the app's own folder */
  candidates?: readonly ProviderName[]
  trials?: TrialMemory
  /** bytes that the process may take; absent or 0: as much as there is */
  memoryCeiling?: number
  /** latents a side that an autoencoder works on at once; absent: as many as memory holds */
  largestTile?: number | undefined
  /** a session was opened or could not be had on the provider that was asked for */
  onNote?: (note: { code: string; detail: string }) => void
}

/** Weights in memory take about so much more than on disk: activations and the runtime's own copies. */
export const weightOverhead = 1.3
/** Called in turns within a step: freeing one for the other would load both again and again. */
const together: ReadonlySet<ComponentName> = new Set<ComponentName>([
  'unet',
  'controlnet',
  'controlnet_1',
  'controlnet_2',
  'controlnet_3',
])

/** The open sessions of one model: opened when first needed, freed by policy. */
export class ModelSessions {
  readonly parts: ModelParts
  readonly options: SessionsOptions
  readonly #open = new Map<ComponentName, Promise<Session>>()
  readonly #trials = openTrialMemory(undefined)
  readonly #moves = new Map<ComponentName, () => Promise<void>>()

  constructor(parts: ModelParts, options: SessionsOptions) {
    this.parts = parts
    this.options = options
  }

  /** Opens `name` if need be. Throws what `openSession` throws, 'model-folder-incomplete', 'out-of-memory'. */
  async session(name: ComponentName): Promise<Session> {
    const present = this.#open.get(name)
    if (present !== undefined) return present
    const component = needComponent(this.parts, name)
    await this.#makeRoom(name, component.bytes)
    const opening = this.#openAnywhere(name, component.source).then((session) => {
      const stays = session.executionProvider === 'cpu' && this.options.executionProvider !== 'auto'
      const steady = stays ? session : this.#steady(name, session)
      return component.scalars === undefined ? steady : withScalars(steady, component.scalars)
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

  /** On the provider that was asked for; a graph that an accelerator refuses still runs on the CPU. */
  async #openAnywhere(stage: ComponentName, source: Component['source']): Promise<Session> {
    const { executionProvider, threads, open = openSession } = this.options
    if (executionProvider === 'auto') return this.#openAutomatic(stage, source)
    try {
      return await open(source, { executionProvider, threads, stage })
    } catch (error) {
      if (executionProvider === 'cpu') throw error
      // Where the CPU fails too, the file is at fault, and that failure says it better.
      const session = await open(source, { executionProvider: 'cpu', threads, stage })
      return { ...session, fellBackFrom: executionProvider }
    }
  }

  /** On the one that a trial finds; without room for a second copy of the weights, on the CPU. */
  #openAutomatic(stage: ComponentName, source: Component['source']): Promise<Session> {
    const { threads, open = openSession, memoryCeiling = 0, onNote } = this.options
    const twice = 2 * weightOverhead * (this.parts.components[stage]?.bytes ?? 0)
    const limit = memoryCeiling === 0 ? freemem() : memoryCeiling
    return openAutomatic(
      source,
      { threads, stage },
      {
        open,
        candidates: this.options.candidates ?? automaticCandidates(),
        memory: this.options.trials ?? this.#trials,
        hasRoom: twice < limit,
        ...(onNote === undefined ? {} : { onNote }),
      },
    )
  }

  /**
   * A session that moves to the CPU for good when its accelerator fails, runs out of memory or answers numbers that
   * are none, and does the same run again. Autoencoders try smaller tiles first: see `moveToCpu`.
   */
  #steady(name: ComponentName, first: Session): Session {
    let current = first
    const isAutoencoder = name === 'vae_decoder' || name === 'vae_encoder'
    const move = async (): Promise<void> => {
      if (current.executionProvider === 'cpu') return
      const provider = current.executionProvider
      await current.release()
      const { threads, open = openSession } = this.options
      const { source } = needComponent(this.parts, name)
      current = await open(source, { executionProvider: 'cpu', threads, stage: name })
      this.options.onNote?.({ code: 'provider-failed', detail: `${name} (${provider})` })
    }
    this.#moves.set(name, move)
    return {
      ...first,
      get executionProvider() {
        return current.executionProvider
      },
      release: () => current.release(),
      run: async (feeds, outputs, into) => {
        if (current.executionProvider === 'cpu') return current.run(feeds, outputs, into)
        try {
          const answer = await current.run(feeds, outputs, into)
          for (const { data } of Object.values(answer)) checkFinite(data, name)
          return answer
        } catch (error) {
          const { code } = failureOf(error)
          const isMemory = code === 'out-of-memory'
          if (isMemory ? isAutoencoder : code !== 'inference-failed' && code !== 'output-not-finite')
            throw error
          await move()
          return current.run(feeds, outputs, into)
        }
      },
    }
  }

  /** The last resort for a session whose accelerator has not enough memory. False where it is on the CPU already. */
  async moveToCpu(name: ComponentName): Promise<boolean> {
    const session = await this.session(name)
    if (session.executionProvider === 'cpu') return false
    await this.#moves.get(name)?.()
    return true
  }

  /** Under a ceiling, what is not needed beside `name` goes first. Throws 'out-of-memory' when `name` alone is too much. */
  async #makeRoom(name: ComponentName, bytes: number): Promise<void> {
    const { memoryCeiling = 0 } = this.options
    if (memoryCeiling === 0) return
    const limit = memoryCeiling / weightOverhead
    if (bytes > limit) throw new SanggarError({ code: 'out-of-memory', stage: name })
    for (const other of this.#open.keys()) {
      if (bytes + this.#openBytes() <= limit) return
      if (!together.has(name) || !together.has(other)) await this.release(other)
    }
  }

  #openBytes(): number {
    return [...this.#open.keys()].reduce((sum, name) => sum + (this.parts.components[name]?.bytes ?? 0), 0)
  }

  has(name: ComponentName): boolean {
    return this.parts.components[name] !== undefined
  }

  isOpen(name: ComponentName): boolean {
    return this.#open.has(name)
  }

  /** The stage is over: under 'after-use' its components go. */
  async finished(...names: ComponentName[]): Promise<void> {
    if (this.options.policy === 'after-use') await this.release(...names)
  }

  async release(...names: ComponentName[]): Promise<void> {
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
